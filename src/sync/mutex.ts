/**
 * Robust mutual exclusion in one word that names its owner.
 *
 *   FREE ──tryLock──▶ id ──someone waits──▶ id|CONTENDED
 *    ▲                │                        │
 *    └─────unlock─────┴───unlock, wake one─────┘
 *
 *   id, id|CONTENDED ──owner died, the next one comes──▶ me, me|CONTENDED   (OWNER_DIED)
 *
 * With `deaths` the next ones are told too, until an owner mends it; each of these states may be CONTENDED:
 *
 *   id, id|TORN ──owner died──▶ me|TORN (OWNER_DIED) ──unlock──▶ TORN ──tryLock──▶ id|TORN (TORN) ──mend──▶ id
 *
 * Without, TORN is never set: what the library guards for itself is repaired by the heir before it does anything else.
 *
 * Invariant: while a thread sleeps here, the word is CONTENDED or a wake-up is on its way. So whoever returns from
 * sleep takes the lock as CONTENDED: it cannot know that it was the last sleeper.
 *
 * A wake-up dies with a receiver that is killed before it acts on it. Then the invariant is broken until the slice of
 * the next sleeper ends (park.ts).
 *
 * `deaths` counts those who were taken over from, before the heir does anything else. Who left a torn lock to wait knows
 * by it whether it comes back to the same damage: an heir that died before it counted is counted by its own heir.
 *
 * Whoever waits looks after the owner between the slices: an owner that died tells nobody, and whoever started it may
 * be the one that waits.
 *
 * It barges: whoever comes while the lock is free takes it, also when others sleep, and a sleeper that was woken has to race
 * like anybody else. That is what makes it fast, and unfair for a while: see patience.ts.
 *
 * Source: U. Drepper, "Futexes Are Tricky" (2011), mutex2; the owner in the word as in Linux' robust futexes.
 */
import { takeByHopping } from "../memory/hop.js";
import {
  CONTENDED,
  giveBackTorn,
  OWNER,
  TAKEN,
  TAKEN_FROM_DEAD,
  TAKEN_TORN,
  TORN,
  takeOrAnnounce,
} from "../memory/robust-lock.js";
import type { Word } from "../memory/word.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { demandStack } from "../platform/stacks/stack-room.js";
import { type StoppableWait, throwIfStopped } from "../platform/waiting/stoppable.js";
import type { Hold, Monitor } from "./monitor.js";
import type { Owners } from "./owners.js";
import { blockUntil, DONE, doneUntil, type Watch } from "./park.js";

/** How an attempt to lock ended. FAILED is the only falsy one. */
export const Acquired = {
  /** The lock is another's, or the time ran out. */
  FAILED: 0,
  TAKEN: 1,
  /** Taken, from an owner that died inside: what the lock guards may be torn. */
  OWNER_DIED: 2,
  /** Taken, but an earlier owner died inside, and no one has mended it since. */
  TORN: 3,
} as const;
export type Acquired = (typeof Acquired)[keyof typeof Acquired];

const FREE = 0;

export class Mutex implements Monitor {
  readonly #word: Word;
  readonly #owners: Owners;
  readonly #deaths: Word | undefined;

  /**
   * @param word FREE, the owner's id, or that | CONTENDED; with TORN
   * @param deaths how many owners died inside; left out, a death is told to the next owner alone
   */
  constructor(word: Word, owners: Owners, deaths?: Word) {
    this.#word = word;
    this.#owners = owners;
    this.#deaths = deaths;
  }

  /** Id of the owner; 0 if the lock is free. */
  get owner(): number {
    return this.#word.load() & OWNER;
  }

  get locked(): boolean {
    return this.owner !== 0;
  }

  /** True if somebody may be asleep on it. */
  get contended(): boolean {
    return (this.#word.load() & CONTENDED) !== 0;
  }

  /** Owner, 0 if there is none, and whether somebody may be asleep on it, at one moment. */
  look(): { readonly owner: number; readonly contended: boolean } {
    const seen = this.#word.load();
    return { owner: seen & OWNER, contended: (seen & CONTENDED) !== 0 };
  }

  /** True if the calling thread owns it. */
  get isHeld(): boolean {
    return this.owner === this.#owners.me;
  }

  /** Takes the lock if it is free or its owner died. Never waits. */
  tryLock(): Acquired {
    demandStack();
    return this.tryWithRoom();
  }

  /** As `tryLock`, for who has made sure of the stack for all that it does under the lock, with this. */
  tryWithRoom(): Acquired {
    const seen = this.#word.compareExchange(FREE, this.#owners.me);
    return seen === FREE ? Acquired.TAKEN : this.#tryTake(seen);
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

  /** The awaiting twin of `lockSync`. @throws `wait.signal.reason` if aborted, the cancellation error if its scope is */
  async lock(wait: StoppableWait = {}): Promise<Acquired> {
    throwIfStopped(wait);
    return this.tryLock() || this.#lockContended(wait);
  }

  /**
   * Frees the lock. Any thread may, not only the owner.
   *
   * @throws {RuntimeError} if the lock is free
   */
  unlock(): void {
    const { me } = this.#owners;
    const seen = this.#word.compareExchange(me, FREE);
    if (seen !== me && !giveBackTorn(this.#word, seen, 0)) {
      throw new RuntimeError("Cannot release the lock: it is not held");
    }
  }

  /**
   * Frees the lock if `id` still owns it.
   *
   * @returns false if the lock is free or has passed to another owner; then nothing happens
   */
  unlockIfOwner(id: number): boolean {
    const seen = this.#word.compareExchange(id, FREE);
    return seen === id || giveBackTorn(this.#word, seen, id);
  }

  /**
   * Says that what the lock guards is whole again: the next ones are not told of deaths before this moment.
   *
   * @returns false if the calling thread does not own it; then nothing happens
   */
  mend(): boolean {
    for (;;) {
      const seen = this.#word.load();
      if ((seen & OWNER) !== this.#owners.me) return false;
      if ((seen & TORN) === 0 || this.#word.compareExchange(seen, seen & ~TORN) === seen) return true;
    }
  }

  /** What its owner knows of deaths: how many there were, if the lock is torn; 0 if it is not. */
  get known(): number {
    return this.#deaths !== undefined && (this.#word.load() & TORN) !== 0 ? this.#deaths.load() : 0;
  }

  whileFree<T>(read: () => T): T | undefined {
    demandStack();
    if (!this.#takeFree()) return undefined;
    try {
      return read();
    } finally {
      this.unlock();
    }
  }

  leave(): Hold {
    const hold = { holder: this.#owners.me, depth: 1, known: this.known };
    this.unlock();
    return hold;
  }

  enterSync(hold: Hold): Acquired {
    return this.#news(this.lockSync(), hold);
  }

  async enter(hold: Hold): Promise<Acquired> {
    return this.#news(await this.lock({ shielded: true }), hold);
  }

  /** @returns TAKEN if the lock is as torn as it was when the caller left it */
  #news(acquired: Acquired, { known }: Hold): Acquired {
    return acquired === Acquired.TORN && this.known === known ? Acquired.TAKEN : acquired;
  }

  #lockContendedSync(timeout: number | undefined): Acquired {
    const { me, spins } = this.#owners;
    if (timeout !== 0 && takeByHopping(this.#word, me, spins)) return Acquired.TAKEN;
    const contender = new Contender(this.#word, this.#owners, this.#deaths);
    return blockUntil(this.#word, contender.attempt, timeout, contender.watch) ? contender.acquired : Acquired.FAILED;
  }

  async #lockContended(wait: StoppableWait): Promise<Acquired> {
    const contender = new Contender(this.#word, this.#owners, this.#deaths);
    return (await doneUntil(this.#word, contender.attempt, wait, contender.watch))
      ? contender.acquired
      : Acquired.FAILED;
  }

  /** @param seen the lock as it was a moment ago: torn, or another's */
  #tryTake(seen: number): Acquired {
    if (seen === TORN && this.#word.compareExchange(TORN, this.#owners.me | TORN) === TORN) return Acquired.TORN;
    const owner = seen & OWNER;
    return owner !== 0 && this.#owners.died(owner) ? this.#tryTakeOver(seen, owner) : Acquired.FAILED;
  }

  #tryTakeOver(seen: number, owner: number): Acquired {
    const mark = this.#deaths === undefined ? 0 : TORN;
    for (let last = seen; ; ) {
      const before = this.#word.compareExchange(last, this.#owners.me | (last & CONTENDED) | mark);
      if (before === last) break;
      // Somebody went to sleep on the dead owner's lock in between: it is still to be had.
      if ((before & OWNER) !== owner) return Acquired.FAILED;
      last = before;
    }
    this.#deaths?.add(1);
    return Acquired.OWNER_DIED;
  }

  /** Takes the lock if nobody has it, dead or alive. */
  #takeFree(): boolean {
    const { me } = this.#owners;
    const seen = this.#word.compareExchange(FREE, me);
    return seen === FREE || (seen === TORN && this.#word.compareExchange(TORN, me | TORN) === TORN);
  }
}

/** One wait for a contended lock: the attempt to repeat, and how it got the lock in the end. */
class Contender {
  acquired: Acquired = Acquired.FAILED;
  readonly #word: Word;
  readonly #owners: Owners;
  readonly #deaths: Word | undefined;

  constructor(word: Word, owners: Owners, deaths: Word | undefined) {
    this.#word = word;
    this.#owners = owners;
    this.#deaths = deaths;
  }

  readonly attempt = (): number => {
    const outcome = takeOrAnnounce(this.#word, this.#owners, this.#deaths === undefined ? 0 : TORN);
    if (outcome === TAKEN) return this.#got(Acquired.TAKEN);
    if (outcome === TAKEN_TORN) return this.#got(Acquired.TORN);
    if (outcome !== TAKEN_FROM_DEAD) return outcome;
    this.#deaths?.add(1);
    return this.#got(Acquired.OWNER_DIED);
  };

  readonly watch: Watch = (lately) => this.#owners.look(this.#word.load() & OWNER, lately);

  #got(acquired: Acquired): number {
    this.acquired = acquired;
    return DONE;
  }
}
