/** The functions that a value leads to, nearest first. The scopes around them show what their module keeps. */
import * as types from "node:util/types";
import { knownName } from "../builtins/known-names.js";

// biome-ignore lint/complexity/noBannedTypes: any function
type AnyFunction = Function;

/** Members of one object looked at: some are long tables. */
const MOST_MEMBERS = 512;

/** How far from the value they may be: the method of an object that is the property of one that the value has. */
const FARTHEST = 4;

/** Functions that are written in JavaScript. The order is the same wherever the same module is loaded. */
export function* functionsOf(value: object): Generator<AnyFunction> {
  const seen = new Set<object>();
  let level: object[] = [value];
  for (let distance = 0; distance < FARTHEST && level.length > 0; distance++) {
    const next: object[] = [];
    for (const each of level) {
      if (seen.has(each) || types.isProxy(each)) continue;
      seen.add(each);
      if (typeof each === "function" && isWritten(each)) {
        yield each;
        // The class that a class extends is as near as that is.
        level.push(Object.getPrototypeOf(each));
      }
      next.push(...membersOf(each));
    }
    level = next;
  }
}

function isWritten(fn: AnyFunction): boolean {
  return !Function.prototype.toString.call(fn).endsWith("{ [native code] }");
}

function membersOf(holder: object): object[] {
  if (ArrayBuffer.isView(holder) || knownName(holder) !== undefined) return [];
  const found: object[] = [];
  const add = (value: unknown): void => {
    if ((typeof value === "object" && value !== null) || typeof value === "function") found.push(value);
  };
  for (const key of Reflect.ownKeys(holder).slice(0, MOST_MEMBERS)) {
    const property = propertyOf(holder, key);
    for (const value of [property?.value, property?.get, property?.set]) add(value);
  }
  if (typeof holder === "object") add(Object.getPrototypeOf(holder));
  return found;
}

/** An export may be not initialised yet. */
function propertyOf(holder: object, key: PropertyKey): PropertyDescriptor | undefined {
  try {
    return Object.getOwnPropertyDescriptor(holder, key);
  } catch {
    return undefined;
  }
}
