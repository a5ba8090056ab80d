/**
 * Robust mutual exclusion in one word that names its owner.
 *
 *   FREE ──tryLock──▶ id ──someone waits──▶ id|CONTENDED
 *    ▲                │                        │
 *    └─────unlock─────┴───unlock, wake one─────┘
 *
 *   id, id|CONTENDED ──owner died, the next one comes──▶ me, me|CONTENDED   (OWNER_DIED)
 *
 * Invariant: while a thread sleeps here, the word is CONTENDED or a wake-up is on its way. So whoever returns from
 * sleep takes the lock as CONTENDED: it cannot know that it was the last sleeper.
 *
 * A wake-up dies with a receiver that is killed before it acts on it. Then the invariant is broken until the slice of
 * the next sleeper ends (park.ts).
 *
 * Whoever waits looks after the owner between the slices: an owner that died tells nobody, and whoever started it may
 * be the one that waits.
 *
 * Source: U. Drepper, "Futexes Are Tricky" (2011), mutex2; the owner in the word as in Linux' robust futexes.
 */
import { CONTENDED, giveBack, TAKEN, TAKEN_FROM_DEAD, takeOrAnnounce } from "../memory/robust-lock.js";
import type { Word } from "../memory/word.js";
import { RuntimeError } from "../platform/errors.js";
import { demandStack } from "../platform/stack-room.js";
import type { Hold, Monitor } from "./monitor.js";
import type { Owners } from "./owners.js";
import { blockUntil, DONE, doneUntil, type ParkWait, throwIfStopped, type Watch } from "./park.js";

/** How an attempt to lock ended. FAILED is the only falsy one. */
export const Acquired = {
  /** The lock is another's, or the time ran out. */
  FAILED: 0,
  TAKEN: 1,
  /** Taken, from an owner that died inside: what the lock guards may be torn. */
  OWNER_DIED: 2,
} as const;
export type Acquired = (typeof Acquired)[keyof typeof Acquired];

const FREE = 0;

/** Rounds of looking, each ended by a nap, and the length of a nap in milliseconds. */
const ROUNDS = 4;
const NAP = 0.05;

export class Mutex implements Monitor {
  readonly #word: Word;
  readonly #owners: Owners;

  /** @param word FREE, the owner's id, or that | CONTENDED */
  constructor(word: Word, owners: Owners) {
    this.#word = word;
    this.#owners = owners;
  }

  /** Id of the owner; 0 if the lock is free. */
  get owner(): number {
    return this.#word.load() & ~CONTENDED;
  }

  get locked(): boolean {
    return this.#word.load() !== FREE;
  }

  /** True if somebody may be asleep on it. */
  get contended(): boolean {
    return (this.#word.load() & CONTENDED) !== 0;
  }

  /** Owner, 0 if there is none, and whether somebody may be asleep on it, at one moment. */
  look(): { readonly owner: number; readonly contended: boolean } {
    const seen = this.#word.load();
    return { owner: seen & ~CONTENDED, contended: (seen & CONTENDED) !== 0 };
  }

  /** True if the calling thread owns it. */
  get isHeld(): boolean {
    return this.owner === this.#owners.me;
  }

  /** Takes the lock if it is free or its owner died. Never waits. */
  tryLock(): Acquired {
    demandStack();
    const seen = this.#word.compareExchange(FREE, this.#owners.me);
    return seen === FREE ? Acquired.TAKEN : this.#tryTakeOver(seen);
  }

  /**
   * Blocks the thread until it has the lock.
   *
   * @param timeout milliseconds; undefined or Infinity: without limit
   * @returns FAILED if the time ran out first
   */
  lockSync(timeout?: number): Acquired {
    return this.tryLock() || this.#lockContendedSync(timeout);
  }

  /**
   * The awaiting twin of `lockSync`.
   *
   * @throws `wait.signal.reason` when the signal is aborted, the cancellation error when the asyncio scope is cancelled
   */
  async lock(wait: ParkWait = {}): Promise<Acquired> {
    throwIfStopped(wait);
    return this.tryLock() || this.#lockContended(wait);
  }

  /**
   * Frees the lock. Any thread may, not only the owner.
   *
   * @throws {RuntimeError} if the lock is free
   */
  unlock(): void {
    if (!giveBack(this.#word)) throw new RuntimeError("Cannot release the lock: it is not held");
  }

  /**
   * Frees the lock if `id` still owns it.
   *
   * @returns false if the lock is free or has passed to another owner; then nothing happens
   */
  unlockIfOwner(id: number): boolean {
    let seen = id;
    for (;;) {
      const before = this.#word.compareExchange(seen, FREE);
      if (before === seen) break;
      if ((before & ~CONTENDED) !== id) return false;
      seen = before;
    }
    if (seen & CONTENDED) this.#word.notify(1);
    return true;
  }

  whileFree<T>(read: () => T): T | undefined {
    demandStack();
    if (this.#word.compareExchange(FREE, this.#owners.me) !== FREE) return undefined;
    try {
      return read();
    } finally {
      this.unlock();
    }
  }

  leave(): Hold {
    this.unlock();
    return { holder: this.#owners.me, depth: 1 };
  }

  enterSync(_hold: Hold): Acquired {
    return this.lockSync();
  }

  enter(_hold: Hold): Promise<Acquired> {
    return this.lock({ shielded: true });
  }

  #lockContendedSync(timeout: number | undefined): Acquired {
    if (timeout !== 0 && this.#spin()) return Acquired.TAKEN;
    const contender = new Contender(this.#word, this.#owners);
    return blockUntil(this.#word, contender.attempt, timeout, contender.watch) ? contender.acquired : Acquired.FAILED;
  }

  async #lockContended(wait: ParkWait): Promise<Acquired> {
    const contender = new Contender(this.#word, this.#owners);
    return (await doneUntil(this.#word, contender.attempt, wait, contender.watch))
      ? contender.acquired
      : Acquired.FAILED;
  }

  #tryTakeOver(seen: number): Acquired {
    const owner = seen & ~CONTENDED;
    if (!this.#owners.died(owner)) return Acquired.FAILED;
    for (;;) {
      const before = this.#word.compareExchange(seen, this.#owners.me | (seen & CONTENDED));
      if (before === seen) return Acquired.OWNER_DIED;
      // Somebody went to sleep on the dead owner's lock in between: it is still to be had.
      if ((before & ~CONTENDED) !== owner) return Acquired.FAILED;
      seen = before;
    }
  }

  /**
   * Adaptive spinning ("hop lock"). A lock that is held steadily is not worth looking at: the caller shall park. One
   * that was seen free and lost to another is handed over quickly: then a short nap, of which the owner is not told,
   * lets it run a burst without contention. That is faster for both than fighting over the cache line.
   */
  #spin(): boolean {
    const { me, spins } = this.#owners;
    for (let round = 0; round < ROUNDS; round++) {
      const winner = this.#takeWhenFree(spins, me);
      if (winner === FREE) return true;
      if (winner === undefined) return false;
      // The nap may be given a wake-up meant for a sleeper. Then it must take the lock as CONTENDED, as parking does.
      if (this.#word.wait(winner, NAP) === "ok") return false;
    }
    return false;
  }

  /** @returns FREE if the lock was taken, the word as its winner left it if it was lost, undefined if never seen free */
  #takeWhenFree(looks: number, me: number): number | undefined {
    for (let look = 0; look < looks; look++) {
      if (this.#word.load() === FREE) return this.#word.compareExchange(FREE, me);
    }
    return undefined;
  }
}

/** One wait for a contended lock: the attempt to repeat, and how it got the lock in the end. */
class Contender {
  acquired: Acquired = Acquired.FAILED;
  readonly #word: Word;
  readonly #owners: Owners;

  constructor(word: Word, owners: Owners) {
    this.#word = word;
    this.#owners = owners;
  }

  readonly attempt = (): number => {
    const outcome = takeOrAnnounce(this.#word, this.#owners);
    if (outcome === TAKEN) return this.#got(Acquired.TAKEN);
    return outcome === TAKEN_FROM_DEAD ? this.#got(Acquired.OWNER_DIED) : outcome;
  };

  readonly watch: Watch = (lately) => this.#owners.look(this.#word.load() & ~CONTENDED, lately);

  #got(acquired: Acquired): number {
    this.acquired = acquired;
    return DONE;
  }
}
