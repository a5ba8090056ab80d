/**
 * Plain data -> tagged bytes (see Tag). What it takes is copied as structuredClone would copy it: own enumerable
 * properties with text for keys, getters read. What it does not take ends in NOT_PLAIN, and somebody else must know how.
 */
import { PickleError } from "../../pickle/errors.js";
import type { Scratch } from "./scratch.js";
import { Seen } from "./seen.js";
import { asText } from "./strings.js";
import { Tag } from "./tags.js";
import { bytesOf, viewClass } from "./views.js";
import type { Vocabulary } from "./vocabulary.js";

/** Thrown for a value that is not plain data: classes, functions, cycles, shared parts, great depth. */
export const NOT_PLAIN = new Error("This value is not plain data");

const DEEPEST = 64;
/** Shorter text is written character by character: a call into the engine costs more. */
const SHORT_TEXT = 40;
/** Listing the keys of a longer array costs more than it could find. */
const FEW_ITEMS = 16;
const SHAPES_AT_HAND = 8;

interface Shape {
  readonly keys: readonly string[];
  readonly number: number;
}

export class Writer {
  readonly #scratch: Scratch;
  readonly #vocabulary: Vocabulary;
  readonly #seen = new Seen();
  readonly #shapes: Shape[] = [];
  #at = 0;
  #depth = 0;

  constructor(scratch: Scratch, vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#scratch = scratch;
  }

  /**
   * Writes the value at the start of the scratch.
   * @returns its length in bytes
   * @throws NOT_PLAIN, or what a getter throws
   */
  write(value: unknown): number {
    this.#at = 0;
    this.#depth = 0;
    try {
      this.#value(value);
    } finally {
      this.#seen.clear();
    }
    return this.#at;
  }

  #value(value: unknown): void {
    switch (typeof value) {
      case "number":
        return this.#number(value);
      case "string":
        return this.#string(value);
      case "boolean":
        return this.#tag(value ? Tag.TRUE : Tag.FALSE);
      case "undefined":
        return this.#tag(Tag.UNDEFINED);
      case "bigint":
        return this.#bigint(value);
      case "object":
        return value === null ? this.#tag(Tag.NULL) : this.#object(value);
      default:
        throw NOT_PLAIN;
    }
  }

  #number(value: number): void {
    // -0 is no int32, and NaN is not equal to anything.
    if ((value | 0) === value && (value !== 0 || 1 / value > 0)) this.#head(Tag.INTEGER, value);
    else this.#double(Tag.DOUBLE, value);
  }

  #bigint(value: bigint): void {
    this.#tag(Tag.BIGINT);
    this.#string((value < 0n ? -value : value).toString(16));
    this.#tag(value < 0n ? Tag.TRUE : Tag.FALSE);
  }

  #string(text: string): void {
    if (text.length < SHORT_TEXT && this.#short(text)) return;
    const { length } = text;
    this.#room(5 + 2 * length);
    const { bytes, view } = this.#scratch;
    const start = this.#at + 5;
    asText(bytes).latin1Write(text, start, length);
    // Characters beyond latin1 lose their upper half: then what was written does not read the same.
    const narrow = asText(bytes).latin1Slice(start, start + length) === text;
    if (!narrow) asText(bytes).ucs2Write(text, start, 2 * length);
    const size = narrow ? length : 2 * length;
    bytes[this.#at] = narrow ? Tag.LATIN1 : Tag.UTF16;
    view.setInt32(this.#at + 1, size, true);
    this.#at = start + size;
  }

  /** @returns false if there is a character beyond latin1 */
  #short(text: string): boolean {
    const { length } = text;
    this.#room(length + 2);
    const { bytes } = this.#scratch;
    let at = this.#at + 2;
    for (let i = 0; i < length; i++) {
      const code = text.charCodeAt(i);
      if (code > 255) return false;
      bytes[at++] = code;
    }
    bytes[this.#at] = Tag.SHORT;
    bytes[this.#at + 1] = length;
    this.#at = at;
    return true;
  }

  #object(object: object): void {
    if (++this.#depth > DEEPEST || this.#seen.add(object)) throw NOT_PLAIN;
    const prototype = Object.getPrototypeOf(object) as object | null;
    if (prototype === Object.prototype) this.#plain(object as Record<string, unknown>);
    else if (prototype === Array.prototype) this.#array(object as readonly unknown[]);
    else if (prototype === null) throw NOT_PLAIN;
    else this.#special(object, prototype);
    this.#depth--;
  }

  #plain(object: Record<string, unknown>): void {
    const keys = Object.keys(object);
    const number = this.#shapeOf(keys);
    if (number === undefined) {
      this.#head(Tag.KEYED, keys.length);
      for (const key of keys) {
        this.#string(key);
        this.#value(object[key]);
      }
      return;
    }
    this.#head(Tag.OBJECT, number);
    for (let i = 0; i < keys.length; i++) this.#value(object[keys[i]!]);
  }

  #array(array: readonly unknown[]): void {
    const { length } = array;
    // Holes, and properties beside the items, as the results of RegExp.exec have them.
    if (length <= FEW_ITEMS && Object.keys(array).length !== length) throw NOT_PLAIN;
    this.#head(Tag.ARRAY, length);
    for (let i = 0; i < length; i++) {
      const item = array[i];
      if (item === undefined && !(i in array)) throw NOT_PLAIN;
      this.#value(item);
    }
  }

  #special(object: object, prototype: object): void {
    if (object instanceof MessagePort) {
      const remedy = "it can only be transferred, and here everything is copied. Give it to the thread as an argument";
      throw new PickleError(`Cannot send a MessagePort: ${remedy}, with \`transfer\``, "item");
    }
    const number = viewClass(prototype);
    if (number !== undefined) this.#view(number, object);
    else if (prototype === Date.prototype) this.#double(Tag.DATE, Date.prototype.getTime.call(object));
    else if (prototype === Map.prototype) this.#map(object as Map<unknown, unknown>);
    else if (prototype === Set.prototype) this.#set(object as Set<unknown>);
    else if (prototype === RegExp.prototype && (object as RegExp).lastIndex === 0) this.#regexp(object as RegExp);
    else this.#handle(object, prototype);
  }

  #map(map: Map<unknown, unknown>): void {
    this.#head(Tag.MAP, map.size);
    for (const [key, value] of map) {
      this.#value(key);
      this.#value(value);
    }
  }

  #set(set: Set<unknown>): void {
    this.#head(Tag.SET, set.size);
    for (const item of set) this.#value(item);
  }

  #regexp({ source, flags }: RegExp): void {
    this.#tag(Tag.REGEXP);
    this.#string(source);
    this.#string(flags);
  }

  #view(number: number, object: object): void {
    const data = bytesOf(object);
    if (data === undefined) throw NOT_PLAIN;
    this.#room(6 + data.length);
    this.#scratch.bytes[this.#at++] = Tag.VIEW;
    this.#head(number, data.length);
    this.#scratch.bytes.set(data, this.#at);
    this.#at += data.length;
  }

  /** A shared object is where it is: nine bytes. */
  #handle(object: object, prototype: object): void {
    const number = this.#vocabulary.handleClass(prototype);
    if (number === undefined || Object.keys(object).length > 0) throw NOT_PLAIN;
    const handle = this.#vocabulary.handleOf(object);
    if (handle === undefined) throw NOT_PLAIN;
    this.#head(Tag.HANDLE, number);
    this.#room(4);
    this.#scratch.view.setInt32(this.#at, handle, true);
    this.#at += 4;
  }

  #shapeOf(keys: readonly string[]): number | undefined {
    const shapes = this.#shapes;
    for (let i = 0; i < shapes.length; i++) if (isSame(shapes[i]!.keys, keys)) return shapes[i]!.number;
    const number = this.#vocabulary.shape(keys);
    if (number === undefined) return undefined;
    shapes.unshift({ keys, number });
    if (shapes.length > SHAPES_AT_HAND) shapes.pop();
    return number;
  }

  #tag(tag: number): void {
    this.#room(1);
    this.#scratch.bytes[this.#at++] = tag;
  }

  #head(tag: number, count: number): void {
    this.#room(5);
    const at = this.#at;
    this.#scratch.bytes[at] = tag;
    this.#scratch.view.setInt32(at + 1, count, true);
    this.#at = at + 5;
  }

  #double(tag: number, value: number): void {
    this.#room(9);
    const at = this.#at;
    this.#scratch.bytes[at] = tag;
    this.#scratch.view.setFloat64(at + 1, value, true);
    this.#at = at + 9;
  }

  #room(bytes: number): void {
    if (this.#at + bytes > this.#scratch.bytes.length) this.#scratch.reserve(this.#at + bytes, this.#at);
  }
}

function isSame(known: readonly string[], keys: readonly string[]): boolean {
  if (known.length !== keys.length) return false;
  for (let i = 0; i < keys.length; i++) if (known[i] !== keys[i]) return false;
  return true;
}
