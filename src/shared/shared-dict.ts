/**
 * A dictionary that all threads see, without an owner: any thread may end or die.
 *
 * Sixteen stripes, each with a lock and a table of its own (stripes.ts); the hash of a key says which. Values are encoded
 * before a stripe is locked and decoded after it is free, so no user code ever runs under a lock.
 */
import { type EncodedItem, type ItemCodec, itemCodecOf } from "../channel/item-codec.js";
import { ObjectKind, registerEmptier } from "../memory/ledger.js";
import { SharedObject } from "../objects/shared-object.js";
import type { Travels } from "../pickle/travels.js";
import {
  checkFunction,
  checkWait,
  checkWaitSync,
  describe,
  type Wait,
  wrongType,
} from "../platform/errors/arguments.js";
import { typeError } from "../platform/errors/errors.js";
import { jsonOf, type Look } from "../platform/words/shown.js";
import { compute, insteadOf, isComputing, refuseOwnChange, synchronousChange, untilUnspoilt } from "./computations.js";
import { Defaults, type Slot } from "./defaults.js";
import { checkEntries, checkedEntry } from "./dict-entries.js";
import { type DictKey, isSameKey } from "./dict-key.js";
import { DICT_BYTES } from "./dict-layout.js";
import type { StoredItem } from "./record.js";
import { ABSENT, type Stripe } from "./stripe.js";
import { destroyStripes, Stripes, scratch } from "./stripes.js";

/**
 * Keys and values that all threads share. A value is copied in and copied out, so changing one that you got changes
 * nothing in the dictionary: `set` it, or use `update`. Everything that can travel can be a value, shared objects
 * included. Keys are strings and numbers, and 1 is not "1".
 *
 * Each method is one step for all other threads. `keys`, `values`, `entries` and iteration show the keys in the order in
 * which they were first set, and the dictionary as it was at one moment, if it has no more than a thousand keys. A larger
 * one is read in pieces, so that no thread is kept out for long: each key that is there all the time is shown once, with
 * a value that it has meanwhile; of those that come or go meanwhile some may be.
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
    registerEmptier(ObjectKind.DICT, (handle, memory) => destroyStripes(memory, handle));
  }

  readonly #items: ItemCodec;
  readonly #stripes: Stripes;
  readonly #defaults: Defaults;

  /** @param entries what to begin with @throws {TypeError | PickleError} if an entry is no pair or cannot travel */
  constructor(entries: Iterable<readonly [K, V]> = []) {
    checkEntries(entries);
    super(DICT_BYTES, ObjectKind.DICT);
    const memory = SharedObject.realmOf(this);
    this.#items = itemCodecOf(memory);
    this.#stripes = new Stripes(memory, this.handle);
    this.#defaults = new Defaults(memory, this.handle);
    this.begin(() => {
      for (const entry of entries) this.set(...(checkedEntry(entry) as [K, V & Travels<V>]));
    });
  }

  /** Number of keys at this moment; another thread may change it in the next. */
  get size(): number {
    return this.#alive.size;
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
    const item = this.#items.encode(value);
    this.#locked(key, (stripe) => stripe.set(scratch, item, this.#stripes.nextOrder));
    return this;
  }

  /** @returns false if the key was not there */
  delete(key: K): boolean {
    this.#refuseOwn("delete", key);
    return this.#locked(key, (stripe) => stripe.delete(scratch));
  }

  /** Removes all keys, in one step. A thread that is killed in here may have removed some of them. */
  clear(): void {
    this.#empty("clear");
  }

  /** @returns the key's value; if it has none, `value`, which it has from now on */
  getOrInsert(key: K, value: V & Travels<V>): V {
    this.#refuseOwn("getOrInsert", key);
    const found = this.#locked(key, (stripe) => stripe.get(scratch));
    if (found !== undefined) return this.#decoded(found) as V;
    const first = this.#insert(key, this.#items.encode(value));
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
        throw typeError(`Cannot add to ${describe(key)}: its value is ${describe(value)}, not a number`);
      }
      old = value;
      return (value + delta) as V;
    });
    return old as number;
  }

  /**
   * @returns the key's value; if it has none, what `make` computes, which is its value from now on. Of all threads one
   * computes it; the others wait, holding no lock. If `make` throws, its caller gets the error, and one of those who wait
   * computes; so too if the thread dies. Python: dict.setdefault, which takes the value.
   *
   * @param make may be async, and use the dictionary, but not this key. Two that await each other's keys wait until
   *   `wait` ends it
   * @throws {TimeoutError} if another was still computing when the time was up; `timeout` bounds the waiting only
   * @throws {RuntimeError} if `make` uses its own key
   * @throws {PickleError} if the value cannot travel
   * @throws what `make` throws, and `signal.reason` when the signal is aborted
   * @example
   * import { SharedDict } from "heddle/shared";
   *
   * const pages = new SharedDict<string>();
   * const load = async (address: string) => pages.setDefault(address, async () => `the page at ${address}`);
   * console.log(await load("a"), pages.size); // the page at a 1
   */
  async setDefault(key: K, make: () => V | PromiseLike<V>, wait?: Wait): Promise<V> {
    checkFunction("setDefault: make", make);
    checkWait("setDefault", wait);
    return (await this.#defaults.compute(this.#slotOf("setDefault", key), make, wait ?? {})) as V;
  }

  /** As `setDefault`, blocking the thread; `make` is synchronous. @throws {DeadlockError} if what makes the value waits for this thread */
  setDefaultSync(key: K, make: () => V, wait?: { timeout?: number }): V {
    checkFunction("setDefaultSync: make", make);
    checkWaitSync("setDefaultSync", wait);
    return this.#defaults.computeSync(this.#slotOf("setDefaultSync", key), make, wait?.timeout) as V;
  }

  keys(): K[] {
    return this.#alive.entries().map(({ key }) => key as K);
  }

  values(): V[] {
    return this.#alive.entries().map(({ item }) => this.#decoded(item) as V);
  }

  entries(): [K, V][] {
    return this.#alive.entries().map(({ key, item }) => [key as K, this.#decoded(item) as V]);
  }

  /** Iterates over `entries()`. */
  [Symbol.iterator](): IterableIterator<[K, V]> {
    return this.entries()[Symbol.iterator]();
  }

  override dispose(): void {
    if (this.isDisposed) return;
    this.#empty("dispose");
    this.#defaults.clear();
    this.emptied();
    super.dispose();
  }

  /** @internal */
  protected override describe(most: number): Look {
    const { size } = this;
    const found = size > most ? this.#alive.some(most) : this.#alive.entries();
    const holds = new Map(found.map(({ key, item }) => [key as K, this.#decoded(item) as V]));
    return { holds, more: Math.max(0, size - holds.size) };
  }

  /** @internal */
  protected override toPlain(): object {
    return Object.fromEntries(this.entries().map(([key, value]) => [String(key), jsonOf(value)]));
  }

  #empty(method: string): void {
    if (isComputing()) refuseOwnChange(this, `${this.constructor.name}.${method}()`, () => true, insteadOf(method));
    this.#alive.clear();
  }

  #update(method: string, key: K, change: (value: V | undefined) => V): V {
    this.#refuseOwn(method, key);
    const computation = { owner: this, key, method: `${this.constructor.name}.${method}` };
    return untilUnspoilt(computation, () => {
      const seen = this.#locked(key, (stripe) => stripe.get(scratch));
      const [value, item] = compute(computation, () => {
        const made = change(this.#decoded(seen));
        return [made, this.#items.encode(made)] as const;
      });
      return this.#replace(key, seen?.stamp, item) ? { value } : undefined;
    });
  }

  #slotOf(method: string, key: K): Slot {
    this.#refuseOwn(method, key);
    const boxed = (item: StoredItem | undefined) => item && { value: this.#decoded(item) };
    return {
      computation: { owner: this, key, method: `${this.constructor.name}.${method}` },
      read: () => boxed(this.#locked(key, (stripe) => stripe.get(scratch))),
      insert: (item) => boxed(this.#insert(key, item)),
    };
  }

  /** @returns the value that is there already */
  #insert(key: K, item: EncodedItem): StoredItem | undefined {
    return this.#locked(key, (stripe) => {
      const other = stripe.get(scratch);
      if (other === undefined) stripe.set(scratch, item, this.#stripes.nextOrder);
      return other;
    });
  }

  #refuseOwn(method: string, key: K): void {
    if (!isComputing()) return;
    const change = `${this.constructor.name}.${method}(${describe(key)})`;
    refuseOwnChange(this, change, (own) => isSameKey(own, key), insteadOf(method));
  }

  #replace(key: K, stamp: number | undefined, item: EncodedItem): boolean {
    return this.#locked(key, (stripe) => {
      if (stripe.stamp(scratch) !== (stamp ?? ABSENT)) return false;
      stripe.set(scratch, item, this.#stripes.nextOrder);
      return true;
    });
  }

  #decoded(item: StoredItem | undefined): V | undefined {
    return item === undefined ? undefined : (this.#items.decode(item) as V);
  }

  /** Works on the key's stripe, alone. `scratch` holds the key. */
  #locked<T>(key: K, work: (stripe: Stripe) => T): T {
    return this.#alive.withKey(key, work);
  }

  /** @throws {RuntimeError} after `dispose` */
  get #alive(): Stripes {
    void this.handle;
    return this.#stripes;
  }
}
