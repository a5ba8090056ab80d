/**
 * A mutex that its holder may take again.
 *
 *   lock    the mutex below: which thread owns it, and whether that thread died
 *   holder  who of that thread holds it: a number that no other holder of any thread has; 0 while nobody does
 *   depth   how many times over
 *
 *   FREE ──lock──▶ holder h, depth 1 ──lock by h──▶ depth n ──unlock──▶ ... depth 1 ──unlock──▶ FREE
 *
 * Invariant: `holder` is h exactly while h holds the mutex. h writes it after the mutex is taken and clears it before
 * the mutex is freed, and numbers are unique, so one plain look tells h whether it is the holder: no other can have
 * written h, and what a dead holder left there is nobody's number. For the same reason an async waiter may be given
 * the mutex some microtasks before it writes itself down.
 *
 * Source: the owner check without a lock as in Java's ReentrantLock (D. Lea, "The java.util.concurrent Synchronizer
 * Framework", 2005).
 */
import type { Word } from "../memory/word.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { demandStack } from "../platform/stacks/stack-room.js";
import { type StoppableWait, throwIfStopped } from "../platform/waiting/stoppable.js";
import type { Hold, Monitor } from "./monitor.js";
import { Acquired, type Mutex } from "./mutex.js";

/** Looks at a lock that changes its owner meanwhile. */
const LOOKS = 8;

export class RecursiveMutex implements Monitor {
  readonly #mutex: Mutex;
  readonly #holder: Word;
  readonly #depth: Word;
  readonly #current: () => number;

  /** @param current who calls: a number other than 0, unique among all holders there ever are */
  constructor(mutex: Mutex, holder: Word, depth: Word, current: () => number) {
    this.#mutex = mutex;
    this.#holder = holder;
    this.#depth = depth;
    this.#current = current;
  }

  get locked(): boolean {
    return this.#mutex.locked;
  }

  /** Id of the thread that owns the mutex; 0 if it is free. */
  get owner(): number {
    return this.#mutex.owner;
  }

  get isHeld(): boolean {
    return this.isHeldBy(this.#current());
  }

  isHeldBy(holder: number): boolean {
    return this.#holder.load() === holder;
  }

  /** How many times over it is held, by whomever. */
  get depth(): number {
    return this.#depth.load();
  }

  /**
   * What can be seen at one moment: a depth is that of the owner, who had the lock before it was read and after. One that
   * is just taking or freeing the lock has it once.
   */
  look(): { readonly owner: number; readonly contended: boolean; readonly depth: number } {
    for (let look = 0; ; look++) {
      const seen = this.#mutex.look();
      if (seen.owner === 0) return { ...seen, depth: 0 };
      const depth = Math.max(1, this.depth);
      if (this.#mutex.owner === seen.owner) return { ...seen, depth };
      // It goes from hand to hand: whoever had it then had it once at some time.
      if (look === LOOKS) return { ...seen, depth: 1 };
    }
  }

  /** Takes the lock if the holder has it already, it is free, or its owner died. Never waits. */
  tryLock(holder: number): Acquired {
    return this.#again(holder) || this.#got(holder, this.#mutex.tryLock());
  }

  /** Blocks the thread until the holder has the lock. @returns FAILED if the time ran out first */
  lockSync(holder: number, timeout?: number): Acquired {
    return this.#again(holder) || this.#got(holder, this.#mutex.lockSync(timeout));
  }

  /** The awaiting twin of `lockSync`. @throws as `Mutex.lock` */
  async lock(holder: number, wait: StoppableWait = {}): Promise<Acquired> {
    const again = this.#again(holder);
    if (again !== Acquired.FAILED) return again;
    throwIfStopped(wait);
    return this.#got(holder, this.#mutex.tryLock() || (await this.#mutex.lock(wait)));
  }

  /** Gives one level back. @throws {RuntimeError} if the holder does not have the lock */
  unlock(holder: number): void {
    if (!this.isHeldBy(holder)) throw new RuntimeError(this.#notHeld());
    const left = this.#depth.load() - 1;
    this.#depth.store(left);
    if (left === 0) this.#free();
  }

  /** As `Mutex.mend`. @returns false if the holder does not have the lock */
  mend(holder: number): boolean {
    return this.isHeldBy(holder) && this.#mutex.mend();
  }

  whileFree<T>(read: () => T): T | undefined {
    return this.#mutex.whileFree(read);
  }

  leave(): Hold {
    const hold = { holder: this.#holder.load(), depth: this.#depth.load(), known: this.#mutex.known };
    this.#depth.store(0);
    this.#free();
    return hold;
  }

  enterSync(hold: Hold): Acquired {
    return this.#got(hold.holder, this.#mutex.enterSync(hold), hold.depth);
  }

  async enter(hold: Hold): Promise<Acquired> {
    return this.#got(hold.holder, await this.#mutex.enter(hold), hold.depth);
  }

  #again(holder: number): Acquired {
    if (!this.isHeldBy(holder)) return Acquired.FAILED;
    demandStack();
    this.#depth.add(1);
    return Acquired.TAKEN;
  }

  #got(holder: number, acquired: Acquired, depth = 1): Acquired {
    if (acquired === Acquired.FAILED) return acquired;
    this.#holder.store(holder);
    this.#depth.store(depth);
    return acquired;
  }

  #free(): void {
    this.#holder.store(0);
    this.#mutex.unlock();
  }

  #notHeld(): string {
    return this.locked
      ? "Cannot release the lock: another thread, task or withLock body holds it, or a guard that alone can release it"
      : "Cannot release the lock: it is not held";
  }
}
