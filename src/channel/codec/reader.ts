/** Tagged bytes (see Tag) -> plain data. */
import { rangeError } from "../../platform/errors/errors.js";
import { ownBytes } from "./own-bytes.js";
import type { Scratch } from "./scratch.js";
import { asText } from "./strings.js";
import { Tag } from "./tags.js";
import { makeView } from "./views.js";
import type { Vocabulary } from "./vocabulary.js";

export class Reader {
  readonly #scratch: Scratch;
  readonly #vocabulary: Vocabulary;
  #at = 0;

  constructor(scratch: Scratch, vocabulary: Vocabulary) {
    this.#vocabulary = vocabulary;
    this.#scratch = scratch;
  }

  /** @returns the value at the start of the scratch */
  read(): unknown {
    this.#at = 0;
    return this.value();
  }

  /** @returns the value that comes next */
  value(): unknown {
    switch (this.#scratch.bytes[this.#at++]) {
      case Tag.INTEGER:
        return this.#integer();
      case Tag.SHORT:
        return this.#latin1(this.#scratch.bytes[this.#at++]!);
      case Tag.OBJECT:
        return this.#vocabulary.make(this.#integer(), this);
      case Tag.ARRAY:
        return this.#array(this.#integer());
      case Tag.NULL:
        return null;
      case Tag.UNDEFINED:
        return undefined;
      case Tag.TRUE:
        return true;
      case Tag.FALSE:
        return false;
      case Tag.DOUBLE:
        return this.#double();
      case Tag.LATIN1:
        return this.#latin1(this.#integer());
      case Tag.UTF16:
        return this.#utf16(this.#integer());
      default:
        return this.#rarer(this.#scratch.bytes[this.#at - 1]!);
    }
  }

  #rarer(tag: number): unknown {
    switch (tag) {
      case Tag.DATE:
        return new Date(this.#double());
      case Tag.MAP:
        return this.#map(this.#integer());
      case Tag.SET:
        return new Set(this.#array(this.#integer()));
      case Tag.BIGINT:
        return this.#bigint();
      case Tag.VIEW:
        return this.#view(this.#scratch.bytes[this.#at++]!, this.#integer());
      case Tag.REGEXP:
        return new RegExp(this.value() as string, this.value() as string);
      case Tag.HANDLE:
        return this.#vocabulary.revive(this.#integer(), this.#integer());
      case Tag.KEYED:
        return this.#keyed(this.#integer());
      default:
        throw rangeError(`Cannot read this value: unknown tag ${tag}`);
    }
  }

  #integer(): number {
    const value = this.#scratch.view.getInt32(this.#at, true);
    this.#at += 4;
    return value;
  }

  #double(): number {
    const value = this.#scratch.view.getFloat64(this.#at, true);
    this.#at += 8;
    return value;
  }

  #latin1(length: number): string {
    const start = this.#at;
    this.#at += length;
    return asText(this.#scratch.bytes).latin1Slice(start, this.#at);
  }

  #utf16(length: number): string {
    const start = this.#at;
    this.#at += length;
    return asText(this.#scratch.bytes).ucs2Slice(start, this.#at);
  }

  #array(length: number): unknown[] {
    const array: unknown[] = [];
    for (let i = 0; i < length; i++) array.push(this.value());
    return array;
  }

  #map(size: number): Map<unknown, unknown> {
    const map = new Map<unknown, unknown>();
    for (let i = 0; i < size; i++) map.set(this.value(), this.value());
    return map;
  }

  #bigint(): bigint {
    const digits = BigInt(`0x${this.value() as string}`);
    return this.value() === true ? -digits : digits;
  }

  #view(number: number, length: number): unknown {
    const start = this.#at;
    this.#at += length;
    const copy = ownBytes(length);
    copy.set(this.#scratch.bytes.subarray(start, this.#at));
    return makeView(number, copy.buffer);
  }

  #keyed(count: number): object {
    const object = {};
    for (let i = 0; i < count; i++) define(object, this.value() as string, this.value());
    return object;
  }
}

/** An assignment to `__proto__` would be something else. */
function define(object: object, key: string, value: unknown): void {
  Object.defineProperty(object, key, { value, writable: true, enumerable: true, configurable: true });
}
