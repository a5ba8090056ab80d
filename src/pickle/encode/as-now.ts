/**
 * Tells later whether an object is as it is now. Each question is about one object alone: what it holds is compared by
 * identity, so whoever asks for a whole graph asks for each of its objects. No code of the user's runs.
 */
import * as types from "node:util/types";
import {
  bufferOf,
  byteLengthOf,
  copyPattern,
  eachEntry,
  eachItem,
  sizeOf,
  timeOf,
} from "../builtins/internal-state.js";
import type { Destination } from "../destination.js";
import { inside, keysOf } from "./clone-view.js";

/** @returns whether it is as it was */
export type AsBefore = () => boolean;

/**
 * @returns what tells whether own properties, with their attributes and order, and what is inherited from are the same; of
 * another object, whether it is like this one was
 */
export function propertiesAsNow(object: object): (of?: object) => boolean {
  // Functions have few: one list of them takes least.
  const listOf = typeof object === "function" ? Reflect.ownKeys : keysOf;
  const keys = listOf(object);
  const before = keys.map((key) => Object.getOwnPropertyDescriptor(object, key));
  const proto: unknown = Object.getPrototypeOf(object);
  const isExtensible = Object.isExtensible(object);
  return (of = object) => {
    if (Object.getPrototypeOf(of) !== proto || Object.isExtensible(of) !== isExtensible) return false;
    const now = listOf(of);
    if (now.length !== keys.length) return false;
    for (let i = 0; i < keys.length; i++) {
      const key = keys[i] as string | symbol;
      if (now[i] !== key || !isSame(before[i], Object.getOwnPropertyDescriptor(of, key))) return false;
    }
    return true;
  };
}

function isSame(one: PropertyDescriptor | undefined, other: PropertyDescriptor | undefined): boolean {
  if (one === undefined || other === undefined) return false;
  if (!Object.is(one.value, other.value) || one.get !== other.get || one.set !== other.set) return false;
  const { writable, enumerable, configurable } = one;
  return writable === other.writable && enumerable === other.enumerable && configurable === other.configurable;
}

/** @returns what tells whether a Map or Set holds the same in the same order; its properties are another question */
export function contentsAsNow(collection: object): AsBefore {
  const before = contentsOf(collection);
  return () => isSameList(before, contentsOf(collection));
}

function contentsOf(collection: object): unknown[] {
  const found: unknown[] = [];
  if (types.isMap(collection)) eachEntry(collection, (value, key) => void found.push(key, value));
  else eachItem(collection as Set<unknown>, (item) => void found.push(item));
  return found;
}

/** Bytes copied in order to compare them: of more it is cheaper to send them again. */
const MOST_BYTES = 1 << 16;

/** Whether so much may be remembered: properties, items, words of eight bytes. */
export type Allowance = (much: number) => boolean;

/** @returns what tells whether plain data is the same; undefined if that would take too much */
export function dataAsNow(object: object, to: Destination, allows: Allowance): AsBefore | undefined {
  if (Array.isArray(object)) return allows(object.length) ? itemsAsNow(object, to) : undefined;
  const isPlain: AsBefore = () => inside(object, to) !== undefined;
  if (types.isMap(object) || types.isSet(object)) {
    if (!allows(2 * sizeOf(object))) return undefined;
    const hasSame = contentsAsNow(object);
    return () => isPlain() && hasSame();
  }
  if (ArrayBuffer.isView(object)) return bytesAsNow(bufferOf(object), isPlain, allows);
  if (types.isAnyArrayBuffer(object)) return bytesAsNow(object, isPlain, allows);
  const text = textOf(object);
  if (text !== undefined) return () => isPlain() && textOf(object) === text;
  return allows(keysOf(object).length) ? propertiesAsNow(object) : undefined;
}

function itemsAsNow(array: readonly unknown[], to: Destination): AsBefore {
  const before = array.slice();
  return () => inside(array, to) !== undefined && isSameList(before, array);
}

function isSameList(one: readonly unknown[], other: readonly unknown[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) {
    if (!Object.is(one[i], other[i])) return false;
    if (one[i] === undefined && Object.hasOwn(one, i) !== Object.hasOwn(other, i)) return false;
  }
  return true;
}

function bytesAsNow(buffer: ArrayBufferLike, isPlain: AsBefore, allows: Allowance): AsBefore | undefined {
  // What is shared is the same there at any time.
  if (types.isSharedArrayBuffer(buffer)) return isPlain;
  const length = byteLengthOf(buffer);
  if (length > MOST_BYTES || !allows(length >> 3)) return undefined;
  const before = Buffer.from(new Uint8Array(buffer));
  return () => isPlain() && byteLengthOf(buffer) === length && before.equals(new Uint8Array(buffer));
}

/** @returns what a date or a pattern is, in words; a boxed value is itself for ever */
function textOf(object: object): string | undefined {
  if (types.isDate(object)) return String(timeOf(object));
  if (types.isRegExp(object)) return String(copyPattern(object));
  return types.isBoxedPrimitive(object) ? "" : undefined;
}
