/** What structured clone sees of one object, and whether it would lose anything of it. */
import { inspect, types } from "node:util";
import type { Destination } from "../pickle.js";

/** Longer arrays have their extra properties found by other means than listing all keys. */
const LONG_ARRAY = 64;

/** Holds no other object. */
export const NOTHING: readonly object[] = [];
const ITEMS_ONLY = { maxArrayLength: 0, depth: 0, breakLength: Infinity, customInspect: false };
const typedArrayPrototypes: readonly object[] = [
  ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
  ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array],
].map((each) => each.prototype);

type Kind = "object" | "array" | "map" | "set" | "regexp" | "leaf" | "view" | "shared";

const kindOf = new Map<object, Kind>([
  [Object.prototype, "object"],
  [Array.prototype, "array"],
  [Map.prototype, "map"],
  [Set.prototype, "set"],
  [RegExp.prototype, "regexp"],
  [Date.prototype, "leaf"],
  [Number.prototype, "leaf"],
  [String.prototype, "leaf"],
  [Boolean.prototype, "leaf"],
  [BigInt.prototype, "leaf"],
  [ArrayBuffer.prototype, "leaf"],
  [DataView.prototype, "view"],
  [SharedArrayBuffer.prototype, "shared"],
  ...typedArrayPrototypes.map((each) => [each, "view"] as const),
]);

/** @returns the objects that a plain object holds, or undefined if structured clone would lose something of it */
export function inside(object: object, to: Destination): readonly object[] | undefined {
  if (types.isProxy(object) || !Object.isExtensible(object)) return undefined;
  switch (kindOf.get(Object.getPrototypeOf(object))) {
    case "object":
      return insideObject(object);
    case "array":
      return Array.isArray(object) ? insideArray(object) : undefined;
    case "map":
      return types.isMap(object) && Reflect.ownKeys(object).length === 0 ? insideMap(object) : undefined;
    case "set":
      return types.isSet(object) && Reflect.ownKeys(object).length === 0 ? objectsOf(object) : undefined;
    case "regexp":
      return types.isRegExp(object) && object.lastIndex === 0 && Reflect.ownKeys(object).length === 1
        ? NOTHING
        : undefined;
    case "leaf":
      return isLeaf(object) ? NOTHING : undefined;
    case "view":
      return ArrayBuffer.isView(object) && to === "thread" ? NOTHING : undefined;
    case "shared":
      return types.isSharedArrayBuffer(object) && to === "thread" ? NOTHING : undefined;
    default:
      return undefined;
  }
}

/**
 * Asks for what is cheap to ask, as every object of every message passes here. `Object.keys` makes the engine note that all
 * properties of this shape are enumerable; the list of all names then costs nothing, while `Reflect.ownKeys` takes long.
 */
function insideObject(object: object): readonly object[] | undefined {
  let found: object[] | undefined;
  const keys = Object.keys(object);
  for (let i = 0; i < keys.length; i++) {
    const property = Object.getOwnPropertyDescriptor(object, keys[i] as string);
    // An accessor is not `writable` either.
    if (!property?.writable || !property.configurable) return undefined;
    const { value } = property;
    if (isNeverPlain(value)) return undefined;
    if (typeof value === "object" && value !== null) found = withAlso(found, value);
  }
  const others = Object.getOwnPropertyNames(object).length > keys.length;
  return others || Object.getOwnPropertySymbols(object).length > 0 ? undefined : (found ?? NOTHING);
}

function isNeverPlain(value: unknown): boolean {
  return typeof value === "function" || typeof value === "symbol";
}

/** Most objects hold no other: they need no list. */
function withAlso(list: object[] | undefined, object: object): object[] {
  if (list === undefined) return [object];
  list.push(object);
  return list;
}

function insideArray(array: readonly unknown[]): readonly object[] | undefined {
  if (hasExtraProperties(array) || hasGetters(array)) return undefined;
  let found: object[] | undefined;
  // Not `for of`, which makes an object of every fraction.
  for (let i = 0; i < array.length; i++) {
    const item = array[i];
    if (isNeverPlain(item)) return undefined;
    if (typeof item === "object" && item !== null) found = withAlso(found, item);
  }
  return found ?? NOTHING;
}

/** Listing the keys of a long array costs more than cloning it: there `inspect` counts the items and shows the others. */
export function hasExtraProperties(array: readonly unknown[]): boolean {
  if (array.length <= LONG_ARRAY) {
    const keys = Object.keys(array);
    // A name can make up for a hole in number; names come after the indices.
    const full = keys.length === array.length && (keys.length === 0 || keys.at(-1) === String(array.length - 1));
    if (full && Object.getOwnPropertySymbols(array).length === 0) return false;
  } else if (inspect(array, ITEMS_ONLY) === `[ ... ${array.length} more items ]`) return false;
  // The keys of an array are its indices, `length`, and then all others.
  return Reflect.ownKeys(array).at(-1) !== "length";
}

const lookupGetter = (Object.prototype as unknown as { __lookupGetter__: (key: number) => unknown }).__lookupGetter__;

/** Asks every item, but where a long array begins with a number or text: that would cost as much as cloning it. */
function hasGetters(array: readonly unknown[]): boolean {
  if (array.length === 0 || lookupGetter.call(array, 0) !== undefined) return array.length > 0;
  if (array.length > LONG_ARRAY && typeof array[0] !== "object") return false;
  for (let i = 1; i < array.length; i++) if (lookupGetter.call(array, i) !== undefined) return true;
  return false;
}

function insideMap(map: Map<unknown, unknown>): readonly object[] | undefined {
  const keys = objectsOf(map.keys());
  const values = keys && objectsOf(map.values());
  return values && (keys.length === 0 ? values : [...keys, ...values]);
}

function objectsOf(values: Iterable<unknown>): readonly object[] | undefined {
  let found: object[] | undefined;
  for (const value of values) {
    if (isNeverPlain(value)) return undefined;
    if (typeof value === "object" && value !== null) found = withAlso(found, value);
  }
  return found ?? NOTHING;
}

/** The prototype alone does not prove it: `Object.create(Date.prototype)` is no date. */
function isLeaf(object: object): boolean {
  if (types.isAnyArrayBuffer(object)) return true;
  if (types.isBoxedPrimitive(object))
    return Reflect.ownKeys(object).length === (types.isStringObject(object) ? object.length + 1 : 0);
  return types.isDate(object) && Reflect.ownKeys(object).length === 0;
}
