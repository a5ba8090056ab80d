/**
 * A list that all threads see, without an owner: any thread may end or die. One lock guards the items (vector.ts);
 * values are encoded before it is taken and decoded after it is free, so no user code ever runs under it.
 */
import { type ItemCodec, itemCodecOf } from "../channel/item-codec.js";
import { ObjectKind, registerEmptier } from "../memory/ledger.js";
import type { Realm } from "../memory/realm.js";
import { ShortLock } from "../memory/short-lock.js";
import { SharedObject } from "../objects/shared-object.js";
import type { Travels } from "../pickle/travels.js";
import { checkInteger, checkIterable } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import { demandDeepStack } from "../platform/stacks/stack-room.js";
import { jsonOf, type Look } from "../platform/words/shown.js";
import { compute, insteadOf, isComputing, refuseOwnChange, synchronousChange, untilUnspoilt } from "./computations.js";
import type { StoredItem } from "./record.js";
import { LIST_BYTES, LIST_LOCK, Vector } from "./vector.js";

/** Most items that are read at one moment, and most that are given back in one go. */
const FEW = 1024;
/** Readings in pieces before one that keeps others out. */
const TRIES = 3;

/**
 * A list of values that all threads share; it grows as needed. A value is copied in and copied out, so changing one that
 * you got changes nothing in the list: `set` it, or use `update`. Everything that can travel can be a value, shared
 * objects included.
 *
 * Each method is one step for all other threads (but see `slice`); iteration goes over a `slice()`. Negative indices
 * count from the end. `insert` and `remove` move what follows; for items that come and go at both ends use a Queue, for
 * numbers a SharedArray.
 *
 * Python: a list that threads share, or multiprocessing.Manager().list(), without a server.
 *
 * @example
 * import { SharedList } from "heddle/shared";
 * import { Thread } from "heddle/threading";
 *
 * const found = new SharedList<{ prime: number }>();
 * const search = (from: number) => {
 *   for (let n = from; n < 30; n += 2) if (![2, 3, 5].some((d) => n % d === 0)) found.append({ prime: n });
 * };
 * const threads = [6, 7].map((from) => new Thread({ target: search, args: [from] }).start());
 * for (const thread of threads) await thread.join();
 * console.log(found.length, found.at(0)); // 7 { prime: 7 }
 */
export class SharedList<V = unknown> extends SharedObject {
  static {
    SharedObject.register(SharedList, import.meta.url, "SharedList");
    registerEmptier(ObjectKind.LIST, (handle, memory) => new Vector(memory, handle).destroy());
  }

  /** @internal */
  protected override describe(most: number): Look {
    const { length } = this;
    const holds = Array.from({ length: Math.min(length, most) }, (_, index) => this.at(index));
    return { holds, more: length - holds.length };
  }

  /** @internal */
  protected override toPlain(): unknown {
    return [...this].map(jsonOf);
  }

  readonly #memory: Realm;
  readonly #items: ItemCodec;
  readonly #vector: Vector;
  readonly #lock: ShortLock;

  /**
   * @param items what to begin with
   * @throws {PickleError} if an item cannot travel
   */
  constructor(items: Iterable<V> = []) {
    checkIterable("SharedList: items", items, "an iterable of items, as in new SharedList([1, 2])");
    super(LIST_BYTES, ObjectKind.LIST);
    const memory = SharedObject.realmOf(this);
    this.#items = itemCodecOf(memory);
    memory.heap.renew();
    this.#memory = memory;
    this.#vector = new Vector(memory, this.handle);
    this.#lock = new ShortLock(memory.heap.word((this.handle << 4) + LIST_LOCK), memory.owners);
    this.begin(() => {
      for (const item of items) this.append(item);
    });
  }

  /** Number of items at this moment; another thread may change it in the next. */
  get length(): number {
    return this.#locked(() => this.#vector.length);
  }

  /** @returns a copy of the item; undefined beyond the ends */
  at(index: number): V | undefined {
    return this.#decoded(
      this.#locked(() => {
        const place = this.#placeOf(index);
        return place === undefined ? undefined : this.#vector.get(place);
      }),
    );
  }

  /**
   * Replaces an item by a copy of the value.
   *
   * @throws {RangeError} if there is no such index
   * @throws {HeapFullError} if the shared memory is full: the list is as before
   * @throws {PickleError} if the value cannot travel
   */
  set(index: number, value: V & Travels<V>): void {
    this.#refuseOwn("set", (own) => this.#isSamePlace(own, index));
    const item = this.#items.encode(value);
    this.#locked(() => this.#vector.set(this.#checkedPlace("set", index), item));
  }

  /**
   * Adds a copy of the value at the end. @returns the new length
   * @throws {HeapFullError} if the shared memory is full: the list is as before
   * @throws {PickleError} if the value cannot travel
   */
  append(value: V & Travels<V>): number {
    this.#refuseOwn("append", (own) => own < 0);
    const item = this.#items.encode(value);
    return this.#locked(() => {
      this.#vector.append(item);
      return this.#vector.length;
    });
  }

  /** Takes the last item. @returns undefined if there is none */
  pop(): V | undefined {
    this.#refuseOwn("pop");
    return this.#decoded(this.#locked(() => (this.#vector.length === 0 ? undefined : this.#vector.pop())));
  }

  /**
   * Puts a copy of the value before the item at `index`; at the end if that is the length.
   * @throws {RangeError} if there is no such index
   */
  insert(index: number, value: V & Travels<V>): void {
    this.#refuseOwn("insert");
    const item = this.#items.encode(value);
    this.#locked(() => {
      const { length } = this.#vector;
      checkInteger("insert: index", index, -length, length);
      this.#vector.insert(index < 0 ? length + index : index, item);
    });
  }

  /** Takes the item at `index` out. @returns it @throws {RangeError} if there is no such index */
  remove(index: number): V {
    this.#refuseOwn("remove");
    return this.#decoded(this.#locked(() => this.#vector.remove(this.#checkedPlace("remove", index)))) as V;
  }

  /** Removes all items. */
  clear(): void {
    this.#empty("clear");
  }

  #empty(method: string): void {
    this.#refuseOwn(method);
    const dropped = (): boolean => this.#vector.dropEmptied(FEW);
    let isDone = this.#locked(() => {
      this.#vector.empty();
      return dropped();
    });
    while (!isDone) isDone = this.#locked(dropped);
  }

  /**
   * Replaces the item at `index` by what `change` makes of it, as one step. No lock is held meanwhile: if another thread
   * has changed what is there before `change` returns, it is called again. It may throw: nothing happens.
   *
   * @param change gets a copy of the item; synchronous. It may use the list, but neither change this item nor move items
   * @returns the new value
   * @throws {RangeError} if there is no such index
   * @throws {RuntimeError} if `change` changes the item or moves items itself, or others did each of a thousand times
   */
  update(index: number, change: (value: V) => V): V {
    const changed = synchronousChange(change);
    this.#refuseOwn("update", (own) => this.#isSamePlace(own, index));
    const computation = { owner: this, key: index, method: `${this.constructor.name}.update` };
    return untilUnspoilt(computation, () => {
      const seen = this.#locked(() => this.#vector.get(this.#checkedPlace("update", index)));
      const [value, item] = compute(computation, () => {
        const made = changed(this.#decoded(seen) as V);
        return [made, this.#items.encode(made)] as const;
      });
      const isDone = this.#locked(() => {
        const place = this.#placeOf(index);
        if (place === undefined || this.#vector.stamp(place) !== seen.stamp) return false;
        this.#vector.set(place, item);
        return true;
      });
      return isDone ? { value } : undefined;
    });
  }

  /**
   * @returns an ordinary array with copies of the items from `start` up to `end`, as `slice` of an array: all of one
   * moment if they are no more than a thousand. More are read in pieces, so that no thread is kept out for long; if items
   * are inserted, removed or cleared meanwhile, from the start
   */
  slice(start?: number, end?: number): V[] {
    let items: StoredItem[] | undefined;
    for (let tries = 0; items === undefined; tries++) items = this.#copied(start, end, tries < TRIES ? FEW : Infinity);
    return items.map((item) => this.#decoded(item) as V);
  }

  /** Iterates over `slice()`. */
  [Symbol.iterator](): IterableIterator<V> {
    return this.slice()[Symbol.iterator]();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#empty("dispose");
    this.emptied();
    super.dispose();
  }

  #isSamePlace(one: number, other: number): boolean {
    return one === other || this.#locked(() => this.#placeOf(one) === this.#placeOf(other));
  }

  /** @param touches whether the change moves or changes what is updated at that index; left out, it moves items */
  #refuseOwn(method: string, touches: (own: number) => boolean = () => true): void {
    if (!isComputing()) return;
    const change = `${this.constructor.name}.${method}`;
    refuseOwnChange(this, change, (own) => touches(own as number), insteadOf(method));
  }

  /** @param piece items that are read in one go @returns undefined if items moved in between */
  #copied(start: number | undefined, end: number | undefined, piece: number): StoredItem[] | undefined {
    const items: StoredItem[] = [];
    let [next, last, moves] = [0, 0, 0];
    let isFirst = true;
    do {
      const isSame = this.#locked(() => {
        if (isFirst) [[next, last], moves] = [rangeOf(this.#vector.length, start, end), this.#vector.moves];
        isFirst = false;
        const stop = Math.min(next + piece, last, this.#vector.length);
        for (let index = next; index < stop; index++) items.push(this.#vector.get(index));
        return this.#vector.moves === moves;
      });
      if (!isSame) return undefined;
      next += piece;
    } while (next < last);
    return items;
  }

  #placeOf(index: number): number | undefined {
    const { length } = this.#vector;
    const place = index < 0 ? length + index : index;
    return Number.isInteger(place) && place >= 0 && place < length ? place : undefined;
  }

  #checkedPlace(where: string, index: number): number {
    const { length } = this.#vector;
    if (length === 0) throw rangeError(`${where}: index ${index} is out of range: the list is empty`);
    checkInteger(`${where}: index`, index, -length, length - 1);
    return index < 0 ? length + index : index;
  }

  #decoded(item: StoredItem | undefined): V | undefined {
    return item === undefined ? undefined : (this.#items.decode(item) as V);
  }

  #locked<T>(work: () => T): T {
    void this.handle; // throws after `dispose`
    demandDeepStack();
    const ownerDied = this.#lock.acquireWithRoom();
    try {
      this.#memory.heap.renew();
      if (ownerDied) this.#vector.repair();
      return work();
    } finally {
      this.#lock.release();
    }
  }
}

/** @returns the first index and the one behind the last, as for `slice` of an array */
function rangeOf(length: number, start: number | undefined, end: number | undefined): [number, number] {
  const placed = (index: number | undefined, otherwise: number): number => {
    const place = index === undefined ? otherwise : Math.trunc(index) || 0;
    return place < 0 ? Math.max(length + place, 0) : Math.min(place, length);
  };
  return [placed(start, 0), placed(end, length)];
}
