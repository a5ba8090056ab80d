/**
 * What the language's own getters say of an object. They are taken when this module is loaded and called as functions, so that
 * neither a property of the object or of its class is believed, nor code of the user's run.
 */
import * as types from "node:util/types";

const { apply } = Reflect;

type Getter<T> = (object: object) => T;

function getterOf<T>(holder: object, key: PropertyKey): Getter<T> {
  const getter = Object.getOwnPropertyDescriptor(holder, key)?.get as () => T;
  return (object) => apply(getter, object, []);
}

function methodOf<T>(holder: object, key: PropertyKey): Getter<T> {
  const method = Object.getOwnPropertyDescriptor(holder, key)?.value as () => T;
  return (object) => apply(method, object, []);
}

const typedArrayPrototype = Object.getPrototypeOf(Int8Array.prototype) as object;

/** Prototypes of all views of the language by their kind: `Uint8Array`, `DataView`. */
const viewPrototypes = new Map<string, object>(
  [
    ...[Int8Array, Uint8Array, Uint8ClampedArray, Int16Array, Uint16Array, Int32Array, Uint32Array],
    ...[Float32Array, Float64Array, BigInt64Array, BigUint64Array, DataView],
    // New in Node 24.
    (globalThis as { Float16Array?: typeof Float32Array }).Float16Array ?? [],
  ]
    .flat()
    .map((each) => [each.name, each.prototype]),
);

interface ViewGetters {
  readonly buffer: Getter<ArrayBufferLike>;
  readonly byteOffset: Getter<number>;
  readonly byteLength: Getter<number>;
  readonly length: Getter<number>;
}

const typedArrays: ViewGetters = viewGetters(typedArrayPrototype, "length");
const dataViews: ViewGetters = viewGetters(DataView.prototype, "byteLength");

function viewGetters(holder: object, length: string): ViewGetters {
  return {
    buffer: getterOf(holder, "buffer"),
    byteOffset: getterOf(holder, "byteOffset"),
    byteLength: getterOf(holder, "byteLength"),
    length: getterOf(holder, length),
  };
}

function gettersOf(view: ArrayBufferView): ViewGetters {
  return types.isTypedArray(view) ? typedArrays : dataViews;
}

const tagOf = getterOf<string | undefined>(typedArrayPrototype, Symbol.toStringTag);

/** @returns `Uint8Array`, `DataView` and so on, whatever it inherits from */
export function viewKind(view: ArrayBufferView): string {
  return tagOf(view) ?? "DataView";
}

/** @returns what views of the kind inherit from, unless a class of the user's extends it */
export function viewPrototype(kind: string): object | undefined {
  return viewPrototypes.get(kind);
}

/** @returns the prototypes of all kinds of views */
export function allViewPrototypes(): Iterable<object> {
  return viewPrototypes.values();
}

export function bufferOf(view: ArrayBufferView): ArrayBufferLike {
  return gettersOf(view).buffer(view);
}

/** Where a view that is in bounds lies; `length` in elements, of a DataView in bytes. */
export interface ViewPlace {
  readonly at: number;
  readonly length: number;
  readonly byteLength: number;
}

/** @throws {TypeError} if a DataView is out of bounds */
export function viewPlace(view: ArrayBufferView): ViewPlace {
  const { byteOffset, length, byteLength } = gettersOf(view);
  return { at: byteOffset(view), length: length(view), byteLength: byteLength(view) };
}

/** @returns how many items a view has as properties: a DataView has none */
export function itemCount(view: ArrayBufferView): number {
  return types.isTypedArray(view) ? typedArrays.length(view) : 0;
}

const itemKeys = methodOf<unknown>(typedArrayPrototype, "keys");

/** @returns whether the memory of the view is gone: its buffer is detached, or was made too small for it */
export function isOutOfBounds(view: ArrayBufferView): boolean {
  const isArray = types.isTypedArray(view);
  if (isArray && typedArrays.length(view) > 0) return false;
  try {
    if (isArray) itemKeys(view);
    else dataViews.byteLength(view);
    return false;
  } catch {
    return true;
  }
}

const bufferSize = getterOf<number>(ArrayBuffer.prototype, "byteLength");
const sharedSize = getterOf<number>(SharedArrayBuffer.prototype, "byteLength");
const isResizableBuffer = getterOf<boolean>(ArrayBuffer.prototype, "resizable");
const mostBytes = getterOf<number>(ArrayBuffer.prototype, "maxByteLength");

export function byteLengthOf(buffer: ArrayBufferLike): number {
  return types.isSharedArrayBuffer(buffer) ? sharedSize(buffer) : bufferSize(buffer);
}

/** @returns to how many bytes the buffer can be resized, or undefined if it cannot */
export function resizableTo(buffer: ArrayBufferLike): number | undefined {
  return types.isArrayBuffer(buffer) && isResizableBuffer(buffer) ? mostBytes(buffer) : undefined;
}

/** Node 20 has no getter that tells. */
export function isDetached(buffer: ArrayBufferLike): boolean {
  if (!types.isArrayBuffer(buffer) || bufferSize(buffer) > 0) return false;
  try {
    return new Uint8Array(buffer).length > 0;
  } catch {
    return true;
  }
}

const patternSource = getterOf<string>(RegExp.prototype, "source");
const patternFlags = Object.entries({
  ...{ d: "hasIndices", g: "global", i: "ignoreCase", m: "multiline", s: "dotAll" },
  ...{ u: "unicode", v: "unicodeSets", y: "sticky" },
}).map(([letter, key]) => [letter, getterOf<boolean>(RegExp.prototype, key)] as const);

/** @returns a pattern of the same text and flags. The getter of `flags` would ask the object for each. */
export function copyPattern(pattern: RegExp): RegExp {
  const flags = patternFlags.filter(([, isSet]) => isSet(pattern)).map(([letter]) => letter);
  return new RegExp(patternSource(pattern), flags.join(""));
}

export const timeOf: Getter<number> = methodOf<number>(Date.prototype, "getTime");
const NativeDate = Date;

export function copyDate(date: Date): Date {
  return new NativeDate(timeOf(date));
}

const numberOf = methodOf<number>(Number.prototype, "valueOf");
const stringOf = methodOf<string>(String.prototype, "valueOf");
const booleanOf = methodOf<boolean>(Boolean.prototype, "valueOf");
const bigintOf = methodOf<bigint>(BigInt.prototype, "valueOf");

/** @returns what is in a boxed number, string, boolean or bigint */
export function unboxed(object: object): number | string | boolean | bigint {
  if (types.isNumberObject(object)) return numberOf(object);
  if (types.isStringObject(object)) return stringOf(object);
  return types.isBooleanObject(object) ? booleanOf(object) : bigintOf(object);
}

const forEachEntry = Object.getOwnPropertyDescriptor(Map.prototype, "forEach")?.value as typeof Map.prototype.forEach;
const forEachItem = Object.getOwnPropertyDescriptor(Set.prototype, "forEach")?.value as typeof Set.prototype.forEach;

const mapSize = getterOf<number>(Map.prototype, "size");
const setSize = getterOf<number>(Set.prototype, "size");

export function sizeOf(collection: object): number {
  return types.isMap(collection) ? mapSize(collection) : setSize(collection);
}

export function eachEntry(map: Map<unknown, unknown>, call: (value: unknown, key: unknown) => void): void {
  apply(forEachEntry, map, [call]);
}

export function eachItem(set: Set<unknown>, call: (item: unknown) => void): void {
  apply(forEachItem, set, [call]);
}

/** What Node's objects say of themselves. @throws {TypeError} if the object only inherits from their class */
export const host: {
  readonly href: Getter<string>;
  readonly query: Getter<string>;
  readonly isAborted: Getter<boolean>;
  readonly reason: Getter<unknown>;
  readonly exceptionName: Getter<string>;
  readonly exceptionMessage: Getter<string>;
} = {
  href: getterOf(URL.prototype, "href"),
  query: methodOf(URLSearchParams.prototype, "toString"),
  isAborted: getterOf(AbortSignal.prototype, "aborted"),
  reason: getterOf(AbortSignal.prototype, "reason"),
  exceptionName: getterOf(DOMException.prototype, "name"),
  exceptionMessage: getterOf(DOMException.prototype, "message"),
};
