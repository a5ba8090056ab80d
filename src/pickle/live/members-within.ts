/** What the own properties of a value lead to, nearest first, with the properties on the way. */
import * as types from "node:util/types";
import { knownName } from "../builtins/known-names.js";

export interface Found {
  readonly value: object;
  readonly path: readonly string[];
}

/** The step to what an object inherits from, as code may write it. */
export const PROTO = "__proto__";

/** How far from the value, how many members of each, and how many in all are looked at: some are long tables. */
const FARTHEST = 6;
const MOST_MEMBERS = 512;
const MOST = 4000;

/** @returns objects and functions under `root`, without itself */
export function membersWithin(root: object): Found[] {
  const seen = new Set<object>([root]);
  const found: Found[] = [];
  for (let place = -1; place < found.length && found.length < MOST; place++) {
    const { value, path } = found[place] ?? { value: root, path: [] };
    if (path.length === FARTHEST) break;
    for (const [key, member] of membersOf(value)) {
      if (seen.has(member)) continue;
      seen.add(member);
      found.push({ value: member, path: [...path, key] });
    }
  }
  return found;
}

function* membersOf(holder: object): Generator<[key: string, member: object]> {
  if (types.isProxy(holder) || ArrayBuffer.isView(holder) || knownName(holder) !== undefined) return;
  for (const key of Object.getOwnPropertyNames(holder).slice(0, MOST_MEMBERS)) {
    const value = heldAt(holder, key);
    if ((typeof value === "object" && value !== null) || typeof value === "function") yield [key, value];
  }
  const proto: unknown = typeof holder === "function" ? null : Object.getPrototypeOf(holder);
  if (typeof proto === "object" && proto !== null && knownName(proto) === undefined) yield [PROTO, proto];
}

/** An export may be not initialised yet. */
function heldAt(holder: object, key: string): unknown {
  try {
    return Object.getOwnPropertyDescriptor(holder, key)?.value;
  } catch {
    return undefined;
  }
}
