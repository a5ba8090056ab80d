/** Finds the object that a class keeps here for the value that one which arrives has: see encode/class/pools. */
import type { ObjectNode } from "../packet.js";

/** @returns what the Map or class `holder` has under `key`, if that is the same but for its identity */
export function pooledHere(
  holder: object,
  key: unknown,
  node: ObjectNode,
  proto: object | null,
): { readonly object?: object; readonly free: boolean } {
  const held = heldAt(holder, key);
  if (held === undefined) return { free: true };
  const isSame =
    typeof held === "object" &&
    held !== null &&
    Object.getPrototypeOf(held) === proto &&
    holds(held, node.values ?? {});
  return isSame ? { object: held, free: false } : { free: false };
}

/** Keeps the object for what will be asked for, as the class itself would. */
export function keepPooled(holder: object, key: unknown, object: object): void {
  if (holder instanceof Map) Map.prototype.set.call(holder, key, object);
}

function heldAt(holder: object, key: unknown): unknown {
  if (holder instanceof Map) return Map.prototype.get.call(holder, key);
  return Object.getOwnPropertyDescriptor(holder, key as string)?.value;
}

function holds(held: object, values: Readonly<Record<string, unknown>>): boolean {
  const keys = Reflect.ownKeys(held);
  if (keys.length !== Object.keys(values).length) return false;
  return keys.every(
    (key) =>
      typeof key === "string" &&
      Object.hasOwn(values, key) &&
      Object.is(Object.getOwnPropertyDescriptor(held, key)?.value, values[key]),
  );
}
