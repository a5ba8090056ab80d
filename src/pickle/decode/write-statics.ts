/**
 * Statics of classes that were rebuilt here. A class stays when it has arrived; of later messages it takes the statics that
 * were assigned to at home since, but for those that have been assigned to here, too: these are this thread's own by then.
 */
import type { Entry, FunctionNode, StaticVersion } from "../packet.js";
import type { AnyClass } from "../registry.js";
import { stamp } from "./rebuild.js";

type Value = (entry: Entry) => unknown;

interface Arrived {
  readonly value: unknown;
  readonly version: number;
}

/** By class and static: what arrived last. */
const arrived = new WeakMap<AnyClass, Map<string, Arrived>>();

/** Gives a class that was just rebuilt its static private fields; the public ones are there. */
export function writeStatics(cls: AnyClass, node: FunctionNode, value: Value): void {
  const known = new Map<string, Arrived>();
  const versions = new Map(
    (node.assigned ?? []).map(([name, isPrivate, version]) => [keyOf(name, isPrivate), version]),
  );
  const note = (name: string, isPrivate: boolean): void => {
    const key = keyOf(name, isPrivate);
    known.set(key, { value: read(cls, name, isPrivate), version: versions.get(key) ?? 0 });
  };
  for (const [name, entry] of node.staticPrivates ?? []) {
    write(cls, name, true, value(entry));
    note(name, true);
  }
  for (const name of namesOf(node)) note(name, false);
  if (known.size > 0 || versions.size > 0) arrived.set(cls, known);
}

/** Takes over what was assigned at home since the class arrived. */
export function updateStatics(cls: AnyClass, node: FunctionNode, value: Value): void {
  let known = arrived.get(cls);
  if (known === undefined) {
    known = new Map();
    arrived.set(cls, known);
  }
  for (const change of node.assigned ?? []) {
    const [name, isPrivate, version] = change;
    const last = known.get(keyOf(name, isPrivate));
    if (version <= (last?.version ?? 0) || !Object.is(read(cls, name, isPrivate), last?.value)) continue;
    write(cls, name, isPrivate, valueIn(node, change, value));
    known.set(keyOf(name, isPrivate), { value: read(cls, name, isPrivate), version });
  }
}

function keyOf(name: string, isPrivate: boolean): string {
  return isPrivate ? ` ${name}` : name;
}

function namesOf({ values, rows }: FunctionNode): string[] {
  const named = (rows ?? []).flatMap(([key]) => (typeof key === "string" ? [key] : []));
  return [...new Set([...Object.keys(values ?? {}), ...named])];
}

function valueIn(
  { staticPrivates, rows, values }: FunctionNode,
  [name, isPrivate]: StaticVersion,
  value: Value,
): unknown {
  const entry = isPrivate
    ? staticPrivates?.find(([each]) => each === name)?.[1]
    : rows?.find(([each]) => each === name)?.[2];
  return entry === undefined ? values?.[name] : value(entry);
}

function read(cls: AnyClass, name: string, isPrivate: boolean): unknown {
  if (isPrivate) return stamp.writers.get(cls)?.[`read ${name}`]?.(cls);
  return Object.getOwnPropertyDescriptor(cls, name)?.value;
}

function write(cls: AnyClass, name: string, isPrivate: boolean, value: unknown): void {
  if (isPrivate) stamp.writers.get(cls)?.[`static ${name}`]?.(cls, value);
  else if (Object.hasOwn(cls, name)) Reflect.defineProperty(cls, name, { value });
  else Reflect.defineProperty(cls, name, { value, writable: true, enumerable: true, configurable: true });
}
