/**
 * All stripes of a dictionary (dict-layout.ts): which one a key is in, and what concerns more than one.
 *
 * Nobody holds a lock for longer than a few milliseconds, whatever the size. So what is done to each of a great many
 * entries is done in pieces: a stripe at a time, some thousand entries at a time.
 */
import type { Handle } from "../memory/heap.js";
import type { Realm } from "../memory/realm.js";
import { ShortLock } from "../memory/short-lock.js";
import type { Word } from "../memory/word.js";
import { demandDeepStack } from "../platform/stacks/stack-room.js";
import { KeyScratch } from "./dict-key.js";
import { claimsOf, ORDER_WORD, STRIPES, stripesOf } from "./dict-layout.js";
import type { StoredEntry } from "./dict-record.js";
import type { ContainerMemory } from "./record.js";
import { STRIPE_LOCK, Stripe } from "./stripe.js";
import { START } from "./table-piece.js";

/** Most entries that are read at one moment, and most that are given back in one go. */
const FEW = 1024;

/** Nobody can reach the dictionary any more: gives back all that it has. */
export function destroyStripes(memory: ContainerMemory, dict: Handle): void {
  for (const place of [...stripesOf(dict), claimsOf(dict)]) new Stripe(memory, place).destroy();
}

/** The key that is looked for. */
export const scratch = new KeyScratch();

export class Stripes {
  readonly #memory: Realm;
  readonly #order: Word;
  readonly #stripes: readonly Stripe[];
  readonly #locks: readonly ShortLock[];

  constructor(memory: Realm, dict: Handle) {
    const { heap, owners } = memory;
    heap.renew();
    const places = stripesOf(dict);
    this.#memory = memory;
    this.#order = heap.word((dict << 4) + ORDER_WORD);
    this.#stripes = places.map((place) => new Stripe(memory, place));
    this.#locks = places.map((place) => new ShortLock(heap.word(place + STRIPE_LOCK), owners));
  }

  /** Keys at one moment. */
  get size(): number {
    // Counted one stripe after another, a key that moves could be missed; and who died inside may have left a wrong count.
    return this.#allLocked(() => this.#count);
  }

  /** Works on the key's stripe, alone. `scratch` holds the key. @throws {TypeError} on a wrong key */
  withKey<T>(key: unknown, work: (stripe: Stripe) => T): T {
    const index = scratch.write(key).hash >>> 28;
    // As `#withStripe`, which would be one call more: a twentieth of a `get`.
    demandDeepStack();
    this.#lock(index);
    try {
      return work(this.#stripes[index]!);
    } finally {
      this.#locks[index]!.release();
    }
  }

  readonly nextOrder = (): number => this.#order.add(1);

  /** Removes all keys, in one step; gives their memory back after it. */
  clear(): void {
    this.#allLocked(() => {
      for (const stripe of this.#stripes) stripe.empty();
    });
    for (let index = 0; index < STRIPES; index++)
      while (this.#stripes[index]!.isEmptied) this.#withStripe(index, (stripe) => stripe.dropEmptied(FEW));
  }

  /** @returns the entries in the order of insertion: of one moment if they are few, else as of `#gathered` */
  entries(): StoredEntry[] {
    const few = this.#allLocked(() =>
      this.#count <= FEW ? this.#stripes.flatMap((stripe) => stripe.entries()) : undefined,
    );
    const entries = few ?? this.#gathered();
    const now = this.#order.load(); // counts wrap: who came earlier is older now
    return entries.sort((a, b) => ((now - b.order) >>> 0) - ((now - a.order) >>> 0));
  }

  /** @returns so many entries, without a look at the others: the first ones could only be told among all */
  some(most: number): StoredEntry[] {
    const found: StoredEntry[] = [];
    for (let index = 0; index < STRIPES && found.length < most; index++) {
      found.push(...this.#withStripe(index, (stripe) => stripe.entries(most - found.length)));
    }
    return found;
  }

  /**
   * Each key that was there all the time is there once, with a value that it had meanwhile; of those that came or went
   * some may be.
   */
  #gathered(): StoredEntry[] {
    const gathered = new Map<unknown, StoredEntry>();
    for (let index = 0; index < STRIPES; index++) {
      let next = START;
      do {
        const { entries, rest } = this.#withStripe(index, (stripe) => stripe.piece(next));
        for (const entry of entries) gathered.set(entry.key, entry);
        next = rest;
      } while (next.place > 0);
    }
    return [...gathered.values()];
  }

  get #count(): number {
    return this.#stripes.reduce((sum, stripe) => sum + stripe.count, 0);
  }

  #withStripe<T>(index: number, work: (stripe: Stripe) => T): T {
    demandDeepStack();
    this.#lock(index);
    try {
      return work(this.#stripes[index]!);
    } finally {
      this.#locks[index]!.release();
    }
  }

  /** Locks in one order, so that two who want all stripes never wait for each other. */
  #allLocked<T>(work: () => T): T {
    let taken = 0;
    demandDeepStack();
    try {
      while (taken < STRIPES) this.#lock(taken++);
      return work();
    } finally {
      while (taken > 0) this.#locks[--taken]!.release();
    }
  }

  /** To be called where there is room on the stack. */
  #lock(index: number): void {
    const ownerDied = this.#locks[index]!.acquireWithRoom();
    this.#memory.heap.renew();
    if (ownerDied) this.#stripes[index]!.repair();
  }
}
