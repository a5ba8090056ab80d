/**
 * Who computes the value of which key of a dictionary: a table of its own beside those of the values, key to thread. It
 * stands in words of the dictionary's block that the stripes leave unused, and has its own lock.
 */
import { integerItem } from "../channel/item-codec.js";
import type { Realm } from "../memory/realm.js";
import { ShortLock } from "../memory/short-lock.js";
import { demandDeepStack } from "../platform/stacks/stack-room.js";
import { type DictKey, KeyScratch } from "./dict-key.js";
import { STRIPE_LOCK, Stripe } from "./stripe.js";

const scratch = new KeyScratch();
const unordered = (): number => 0;

export class Claims {
  readonly #memory: Realm;
  readonly #table: Stripe;
  readonly #lock: ShortLock;

  /** @param at index of the table's first word */
  constructor(memory: Realm, at: number) {
    this.#memory = memory;
    this.#table = new Stripe(memory, at);
    this.#lock = new ShortLock(memory.heap.word(at + STRIPE_LOCK), memory.owners);
  }

  /** Claims a key that nobody has, or whose maker is dead. @returns false if another has it */
  claim(key: DictKey): boolean {
    const { me, owners } = this.#memory;
    const mine = integerItem(me);
    return this.#locked(() => {
      const claimed = this.#table.get(scratch.write(key))?.integer ?? 0;
      if (claimed !== 0 && !owners.died(claimed)) return false;
      this.#table.set(scratch, mine, unordered);
      return true;
    });
  }

  /** Looks after the key's maker, for those who wait for it. No lock is held: settling a death takes others. */
  look(key: DictKey, lately: number): void {
    const maker = this.makerOf(key);
    if (maker !== 0 && maker !== this.#memory.me) this.#memory.owners.look(maker, lately);
  }

  /** @returns the thread that computes the key's value; 0: none */
  makerOf(key: DictKey): number {
    return this.#locked(() => this.#table.get(scratch.write(key))?.integer ?? 0);
  }

  /** @param maker the thread as which the key was claimed; if another one has it by now, nothing happens */
  end(key: DictKey, maker: number): void {
    this.#locked(() => {
      if (this.#table.get(scratch.write(key))?.integer === maker) this.#table.delete(scratch);
    });
  }

  clear(): void {
    this.#locked(() => {
      this.#table.empty();
      this.#table.dropEmptied();
    });
  }

  #locked<T>(work: () => T): T {
    demandDeepStack();
    const ownerDied = this.#lock.acquireWithRoom();
    try {
      this.#memory.heap.renew();
      if (ownerDied) this.#table.repair();
      return work();
    } finally {
      this.#lock.release();
    }
  }
}
