/**
 * `object[3]` for objects that have `at` and `set`.
 *
 * The trap stands at the end of the prototype chain, so it sees only what is found nowhere else: methods, getters and
 * private fields cost what they always cost, and the objects themselves are ordinary ones that can travel.
 */
import { rangeError } from "../platform/errors/errors.js";

/** What can be read and written by index. */
export abstract class Indexed<T> {
  [index: number]: T;

  /** Number of items. */
  abstract readonly length: number;
  /** @returns the item; negative indices count from the end; undefined beyond the ends */
  abstract at(index: number): T | undefined;
  /** Replaces an item; negative indices count from the end. @throws {RangeError} if there is no such index */
  abstract set(index: number, value: T): void;

  *[Symbol.iterator](): IterableIterator<T> {
    for (let index = 0; index < this.length; index++) yield this.at(index) as T;
  }
}

const INDEX = /^(?:0|[1-9]\d*)$/;

function indexOf(key: string | symbol): number | undefined {
  return typeof key === "string" && INDEX.test(key) ? Number(key) : undefined;
}

/** What JavaScript's typed arrays take for an index that is not there: the text of any other number. */
function isNumber(key: string | symbol): boolean {
  return typeof key === "string" && (String(Number(key)) === key || key === "-0");
}

const isIndexed = (object: unknown): object is Indexed<unknown> => object instanceof Indexed;

Object.setPrototypeOf(
  Indexed.prototype,
  new Proxy(Object.create(Object.prototype) as object, {
    get(target, key, receiver) {
      const index = indexOf(key);
      return index !== undefined && isIndexed(receiver) ? receiver.at(index) : Reflect.get(target, key, receiver);
    },
    set(target, key, value, receiver) {
      const index = indexOf(key);
      if (!isIndexed(receiver)) return Reflect.set(target, key, value, receiver);
      if (index === undefined) {
        // As an ordinary property it would be stored, and seen by nobody.
        if (isNumber(key)) throw rangeError(`Cannot set [${String(key)}]: an index is an integer, 0 or more`);
        return Reflect.set(target, key, value, receiver);
      }
      receiver.set(index, value);
      return true;
    },
  }),
);
