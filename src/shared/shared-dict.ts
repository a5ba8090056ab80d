/**
 * A dictionary that all threads see, without an owner: any thread may end or die.
 *
 * Sixteen stripes, each with a lock and a table of its own (stripe.ts); the hash of a key says which. Values are encoded
 * before a stripe is locked and decoded after it is free, so no user code ever runs under a lock.
 *
 *   block: header | ORDER: insertions so far | 16 stripes, each in a cache line of its own
 */
import { ObjectKind, registerEmptier } from "../memory/ledger.js";
import { type ProcessHeap, processHeap } from "../memory/process-heap.js";
import { ShortLock } from "../memory/short-lock.js";
import type { Word } from "../memory/word.js";
import type { Travels } from "../pickle/travels.js";
import { checkFunction, checkIterable, describe, wrongType } from "../platform/arguments.js";
import { jsonOf, type Look } from "../platform/shown.js";
import { demandDeepStack } from "../platform/stack-room.js";
import { compute, refuseOwnChange, synchronousChange, untilUnspoilt } from "./computations.js";
import { type DictKey, isSameKey, KeyScratch } from "./dict-key.js";
import { DICT_BYTES, ORDER_WORD, STRIPES, stripesOf } from "./dict-layout.js";
import { decode, type EncodedItem, encode } from "./item-codec.js";
import type { StoredItem } from "./record.js";
import { SharedObject } from "./shared-object.js";
import { ABSENT, STRIPE_LOCK, Stripe } from "./stripe.js";

export type { DictKey } from "./dict-key.js";

const scratch = new KeyScratch();

/**
 * Keys and values that all threads share. A value is copied in and copied out, so changing one that you got changes
 * nothing in the dictionary: `set` it, or use `update`. Everything that can travel can be a value, shared objects
 * included. Keys are strings and numbers, and 1 is not "1".
 *
 * Each method is one step for all other threads. `keys`, `values`, `entries` and iteration show the dictionary as it was
 * at one moment, in the order in which the keys were first set.
 *
 * Python: a dict that threads share, or multiprocessing.Manager().dict(), without a server.
 *
 * @example
 * import { SharedDict } from "heddle/shared";
 * import { Thread } from "heddle/threading";
 *
 * const counts = new SharedDict<number>();
 * const count = (text: string) => { for (const word of text.split(" ")) counts.add(word, 1); };
 * const threads = ["warp and weft", "warp"].map((text) => new Thread({ target: count, args: [text] }).start());
 * for (const thread of threads) await thread.join();
 * console.log(counts.get("warp"), counts.size); // 2 3
 */
export class SharedDict<V = unknown, K extends DictKey = string> extends SharedObject {
  static {
    SharedObject.register(SharedDict, import.meta.url, "SharedDict");
    registerEmptier(ObjectKind.DICT, (handle) => {
      const memory = processHeap();
      for (const place of stripesOf(handle)) new Stripe(memory, place).destroy();
    });
  }

  readonly #memory: ProcessHeap;
  readonly #order: Word;
  readonly #stripes: readonly Stripe[];
  readonly #locks: readonly ShortLock[];

  /**
   * @param entries what to begin with
   * @throws {PickleError} if a value cannot travel
   */
  constructor(entries: Iterable<readonly [K, V]> = []) {
    checkIterable("SharedDict: entries", entries, "pairs, as in new SharedDict(Object.entries({ a: 1 }))");
    super(DICT_BYTES, ObjectKind.DICT);
    const memory = processHeap();
    const { heap, owners } = memory;
    const base = this.handle << 4;
    heap.renew();
    const places = stripesOf(this.handle);
    this.#memory = memory;
    this.#order = heap.word(base + ORDER_WORD);
    this.#stripes = places.map((place) => new Stripe(memory, place));
    this.#locks = places.map((place) => new ShortLock(heap.word(place + STRIPE_LOCK), owners));
    this.begin(() => {
      for (const [key, value] of entries) this.set(key, value);
    });
  }

  /** Number of keys at this moment; another thread may change it in the next. */
  get size(): number {
    // Counted one stripe after another, a key that moves could be missed; and who died inside may have left a wrong count.
    return this.#allLocked(() => this.#stripes.reduce((sum, stripe) => sum + stripe.count, 0));
  }

  /** @returns a copy of the key's value, or undefined if the key is not there @throws {TypeError} on a wrong key */
  get(key: K): V | undefined {
    return this.#decoded(this.#locked(key, (stripe) => stripe.get(scratch)));
  }

  has(key: K): boolean {
    return this.#locked(key, (stripe) => stripe.has(scratch));
  }

  /**
   * Stores a copy of the value.
   *
   * @throws {PickleError} if the value cannot travel
   * @throws {HeapFullError} if the shared memory is full; the dictionary is as before
   */
  set(key: K, value: V & Travels<V>): this {
    this.#refuseOwn("set", key);
    const item = encode(value);
    this.#locked(key, (stripe) => stripe.set(scratch, item, this.#nextOrder));
    return this;
  }

  /** @returns false if the key was not there */
  delete(key: K): boolean {
    this.#refuseOwn("delete", key);
    return this.#locked(key, (stripe) => stripe.delete(scratch));
  }

  /** Removes all keys. A thread that is killed in here may have removed some of them. */
  clear(): void {
    refuseOwnChange(this.handle, `${this.constructor.name}.clear()`, () => true);
    this.#allLocked(() => {
      for (const stripe of this.#stripes) stripe.clear();
    });
  }

  /** @returns the key's value; if it has none, `value`, which it has from now on */
  getOrInsert(key: K, value: V & Travels<V>): V {
    this.#refuseOwn("getOrInsert", key);
    const found = this.#locked(key, (stripe) => stripe.get(scratch));
    if (found !== undefined) return this.#decoded(found) as V;
    const item = encode(value);
    const first = this.#locked(key, (stripe) => {
      const other = stripe.get(scratch);
      if (other === undefined) stripe.set(scratch, item, this.#nextOrder);
      return other;
    });
    return first === undefined ? value : (this.#decoded(first) as V);
  }

  /**
   * Replaces the key's value by what `change` makes of it, as one step. No lock is held meanwhile: if another thread has
   * changed the value before `change` returns, it is called again with the new one. It may throw: nothing happens.
   *
   * @param change gets a copy of the value, or undefined if the key is not there; synchronous. It may use the dictionary,
   *   but not change this key
   * @returns the new value
   * @throws {RuntimeError} if `change` changes the key itself, or others changed it each of a thousand times
   * @example
   * import { SharedDict } from "heddle/shared";
   *
   * const friends = new SharedDict<string[]>();
   * friends.update("Ada", (names = []) => [...names, "Charles"]);
   * console.log(friends.get("Ada")); // [ 'Charles' ]
   */
  update(key: K, change: (value: V | undefined) => V): V {
    checkFunction("update: change", change);
    return this.#update("update", key, synchronousChange(change));
  }

  /**
   * Adds to a number, as one step; a key that is not there counts as 0.
   *
   * @returns the number before
   * @throws {TypeError} if `delta` or the value is not a number
   */
  add(key: K, delta: V & number): number {
    if (typeof delta !== "number") throw wrongType("add: delta", "a number", delta);
    this.#refuseOwn("add", key);
    const before = this.#locked(key, (stripe) => stripe.addInteger(scratch, delta));
    if (before !== undefined) return before;
    let old: unknown;
    this.#update("add", key, (value: unknown = 0) => {
      if (typeof value !== "number") {
        throw new TypeError(`Cannot add to ${describe(key)}: its value is ${describe(value)}, not a number`);
      }
      old = value;
      return (value + delta) as V;
    });
    return old as number;
  }

  keys(): K[] {
    return this.#snapshot().map(({ key }) => key as K);
  }

  values(): V[] {
    return this.#snapshot().map(({ item }) => this.#decoded(item) as V);
  }

  entries(): [K, V][] {
    return this.#snapshot().map(({ key, item }) => [key as K, this.#decoded(item) as V]);
  }

  /** Iterates over `entries()`. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries()[Symbol.iterator]();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.clear();
    super.dispose();
  }

  /** @internal */
  protected override describe(most: number): Look {
    const holds = new Map(this.size > most ? this.#some(most) : this.entries());
    return { holds, more: Math.max(0, this.size - holds.size) };
  }

  /** @internal */
  protected override toPlain(): object {
    return Object.fromEntries(this.entries().map(([key, value]) => [String(key), jsonOf(value)]));
  }

  /** @returns so many entries, without a look at the others: the first ones could only be told among all */
  #some(most: number): [K, V][] {
    const found: ReturnType<Stripe["entries"]> = [];
    for (let i = 0; i < STRIPES && found.length < most; i++)
      found.push(...this.#alone(i, (stripe) => stripe.entries(most - found.length)));
    return found.map(({ key, item }) => [key as K, this.#decoded(item) as V]);
  }

  readonly #nextOrder = (): number => this.#order.add(1);

  #update(method: string, key: K, change: (value: V | undefined) => V): V {
    this.#refuseOwn(method, key);
    const computation = { owner: this.handle, key, method: `${this.constructor.name}.${method}` };
    return untilUnspoilt(computation, () => {
      const seen = this.#locked(key, (stripe) => stripe.get(scratch));
      const [value, item] = compute(computation, () => {
        const made = change(this.#decoded(seen));
        return [made, encode(made)] as const;
      });
      return this.#replace(key, seen?.stamp, item) ? { value } : undefined;
    });
  }

  #refuseOwn(method: string, key: K): void {
    refuseOwnChange(this.handle, `${this.constructor.name}.${method}(${describe(key)})`, (own) => isSameKey(own, key));
  }

  #replace(key: K, stamp: number | undefined, item: EncodedItem): boolean {
    return this.#locked(key, (stripe) => {
      if (stripe.stamp(scratch) !== (stamp ?? ABSENT)) return false;
      stripe.set(scratch, item, this.#nextOrder);
      return true;
    });
  }

  #decoded(item: StoredItem | undefined): V | undefined {
    return item === undefined ? undefined : (decode(item.kind, item.integer, item.bytes) as V);
  }

  /** Works on the key's stripe, alone. `scratch` holds the key. */
  #locked<T>(key: K, work: (stripe: Stripe) => T): T {
    this.#checkAlive();
    return this.#alone(scratch.write(key).hash >>> 28, work);
  }

  #alone<T>(index: number, work: (stripe: Stripe) => T): T {
    this.#lock(index);
    try {
      return work(this.#stripes[index]!);
    } finally {
      this.#locks[index]!.release();
    }
  }

  /** Locks in one order, so that two who want all stripes never wait for each other. */
  #allLocked<T>(work: () => T): T {
    this.#checkAlive();
    let taken = 0;
    try {
      while (taken < STRIPES) this.#lock(taken++);
      return work();
    } finally {
      while (taken > 0) this.#locks[--taken]!.release();
    }
  }

  #lock(index: number): void {
    demandDeepStack();
    const ownerDied = this.#locks[index]!.acquire();
    this.#memory.heap.renew();
    if (ownerDied) this.#stripes[index]!.repair();
  }

  #snapshot(): ReturnType<Stripe["entries"]> {
    const [entries, now] = this.#allLocked(() => [
      this.#stripes.flatMap((stripe) => stripe.entries()),
      this.#order.load(),
    ]);
    return entries.sort((a, b) => ((now - b.order) >>> 0) - ((now - a.order) >>> 0));
  }

  #checkAlive(): void {
    void this.handle;
  }
}
