/** What structured clone sees of one object, and whether it would lose anything of it. */
import * as types from "node:util/types";
import { mayHaveExtraProperties, viewMayHaveProperties } from "../builtins/extra-properties.js";
import {
  allViewPrototypes,
  bufferOf,
  eachEntry,
  eachItem,
  isDetached,
  isOutOfBounds,
  viewKind,
  viewPrototype,
} from "../builtins/internal-state.js";
import { type Destination, isThere } from "../destination.js";

/** In longer arrays that begin with a number or text, not every item is looked at for a getter. */
const LONG_ARRAY = 64;

/** Holds no other object. */
export const NOTHING: readonly object[] = [];

type Kind = "object" | "array" | "map" | "set" | "regexp" | "leaf" | "view" | "buffer";

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
  [ArrayBuffer.prototype, "buffer"],
  [SharedArrayBuffer.prototype, "buffer"],
  ...Array.from(allViewPrototypes(), (each) => [each, "view"] as const),
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
      return types.isSet(object) && Reflect.ownKeys(object).length === 0 ? insideSet(object) : undefined;
    case "regexp":
      return types.isRegExp(object) && isPlainPattern(object) ? NOTHING : undefined;
    case "leaf":
      return isLeaf(object) ? NOTHING : undefined;
    case "view":
      return to.clones && ArrayBuffer.isView(object) && isPlainView(object) ? NOTHING : undefined;
    case "buffer":
      return (!types.isSharedArrayBuffer(object) || isThere("process", to)) && isPlainBuffer(object)
        ? NOTHING
        : undefined;
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

/** As `Reflect.ownKeys`, which takes several times as long where all properties are ordinary: see `insideObject`. */
export function keysOf(object: object): (string | symbol)[] {
  Object.keys(object);
  const names = Object.getOwnPropertyNames(object);
  const symbols = Object.getOwnPropertySymbols(object);
  return symbols.length === 0 ? names : [...names, ...symbols];
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
  if (mayHaveExtraProperties(array)) return undefined;
  if (hasGap(array)) return insideSparse(array);
  if (hasGetters(array)) return undefined;
  let found: object[] | undefined;
  // Not `for of`, which makes an object of every fraction.
  for (let i = 0; i < array.length; i++) {
    const item = array[i];
    if (isNeverPlain(item)) return undefined;
    if (typeof item === "object" && item !== null) found = withAlso(found, item);
  }
  return found ?? NOTHING;
}

/** Costs as much as there are items, however long the array is. */
function insideSparse(array: readonly unknown[]): readonly object[] | undefined {
  let found: object[] | undefined;
  const keys = Object.getOwnPropertyNames(array);
  // The last one is `length`.
  for (let i = 0; i < keys.length - 1; i++) {
    const property = Object.getOwnPropertyDescriptor(array, keys[i] as string);
    if (!property?.writable || !property.configurable || !property.enumerable) return undefined;
    const { value } = property;
    if (isNeverPlain(value)) return undefined;
    if (typeof value === "object" && value !== null) found = withAlso(found, value);
  }
  return found ?? NOTHING;
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
  const held = new Held();
  eachEntry(map, (value, key) => {
    held.add(key);
    held.add(value);
  });
  return held.objects;
}

function insideSet(set: Set<unknown>): readonly object[] | undefined {
  const held = new Held();
  eachItem(set, (item) => held.add(item));
  return held.objects;
}

/** Collects the objects that a collection holds. */
class Held {
  #found: object[] | undefined;
  #isPlain = true;

  add(value: unknown): void {
    if (isNeverPlain(value)) this.#isPlain = false;
    else if (typeof value === "object" && value !== null) this.#found = withAlso(this.#found, value);
  }

  /** Undefined if there is something that is never plain. */
  get objects(): readonly object[] | undefined {
    return this.#isPlain ? (this.#found ?? NOTHING) : undefined;
  }
}

/** The prototype alone does not prove it: `Object.create(Date.prototype)` is no date. */
function isLeaf(object: object): boolean {
  if (types.isBoxedPrimitive(object))
    return Reflect.ownKeys(object).length === (types.isStringObject(object) ? object.length + 1 : 0);
  return types.isDate(object) && Reflect.ownKeys(object).length === 0;
}

function isPlainPattern(pattern: RegExp): boolean {
  if (Reflect.ownKeys(pattern).length !== 1) return false;
  const { value, writable } = Object.getOwnPropertyDescriptor(pattern, "lastIndex") as PropertyDescriptor;
  return value === 0 && writable === true;
}

/** Its buffer, too, must be one that structured clone loses nothing of. */
function isPlainView(view: ArrayBufferView): boolean {
  const standard = viewPrototype(viewKind(view));
  const isOwn = Object.getPrototypeOf(view) === standard && isPlainBuffer(bufferOf(view));
  return isOwn && !isOutOfBounds(view) && !viewMayHaveProperties(view);
}

function isPlainBuffer(buffer: object): boolean {
  if (!types.isAnyArrayBuffer(buffer) || !Object.isExtensible(buffer) || Reflect.ownKeys(buffer).length > 0)
    return false;
  const standard = types.isSharedArrayBuffer(buffer) ? SharedArrayBuffer : ArrayBuffer;
  return Object.getPrototypeOf(buffer) === standard.prototype && !isDetached(buffer);
}

/** In twice as many holes in a row there are as many in a block that begins at a multiple of this. */
export const GAP = 1024;

/** @returns whether the array has so many holes in a row that listing its keys costs less than asking for every index */
export function hasGap(array: readonly unknown[]): boolean {
  for (let end = GAP - 1; end < array.length; end += GAP) {
    let i = end;
    while (i > end - GAP && !Object.hasOwn(array, i)) i--;
    if (i === end - GAP) return true;
  }
  return false;
}
