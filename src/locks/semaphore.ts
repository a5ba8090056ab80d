/** A count of permits that threads take and give back. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { ObjectKind } from "../memory/ledger.js";
import { Patience } from "../memory/patience.js";
import { GoneWord } from "../objects/gone.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkInteger, type Wait } from "../platform/errors/arguments.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import { MOST_PERMITS, Semaphore as Permits } from "../sync/semaphore.js";
import { Acquirable } from "./acquirable.js";
import type { AcquireSyncWait } from "./held.js";
import { HOLD, HOLD_SYNC, TRY_HOLD } from "./with-held.js";

/** A permit taken; disposing it gives it back, once. */
export interface Permit extends Disposable {}

/** What `Semaphore.statistics()` tells. */
export interface SemaphoreStatistics {
  /** Permits that are there. */
  readonly value: number;
  /** The value that `release` must not exceed. */
  readonly bound: number;
  /** How many wait for a permit; too high by those who died waiting. */
  readonly waiting: number;
}

/**
 * A semaphore: `acquire` takes a permit, and waits while there is none; `release` gives one back.
 * The permits of a thread that dies stay taken.
 *
 * Python: threading.Semaphore.
 *
 * @example
 * import { Semaphore } from "heddle/threading";
 *
 * const seats = new Semaphore(2);
 * const seat = await seats.acquire();
 * console.log(seats.value); // 1
 * seats.release();
 */
export class Semaphore extends Acquirable<Permit> {
  static {
    SharedObject.register(Semaphore, import.meta.url, "Semaphore");
  }

  /** True for a class whose objects refuse permits beyond their first value. */
  protected static readonly isBounded: boolean = false;

  #permits: Permits;
  readonly #bound: number;

  /**
   * @param value permits at the start: 0 or more
   * @throws {TypeError | RangeError} if it is not such an integer
   */
  constructor(value = 1) {
    checkInteger("Semaphore: value", value, 0, MOST_PERMITS);
    super(12, ObjectKind.PLAIN);
    const { heap } = SharedObject.realmOf(this);
    const at = (this.handle << 4) + HEADER_WORDS;
    const permits = heap.word(at, new Patience(), this);
    const bound = heap.word(at + 2);
    if (!this.isRevived) {
      permits.store(value);
      bound.store(new.target.isBounded ? value : MOST_PERMITS);
    }
    this.#bound = bound.load();
    this.#permits = new Permits(permits, heap.word(at + 1, undefined, this), this.#bound);
  }

  /** Permits that are there at this moment. */
  get value(): number {
    return this.#permits.value;
  }

  // Written out here is what is done a million times: in a face that several classes share it takes longer.

  /** As `acquire`, blocking the calling thread. */
  override acquireSync(): Permit;
  override acquireSync(wait: AcquireSyncWait): Permit | null;
  override acquireSync(wait?: AcquireSyncWait): Permit | null {
    return wait === undefined ? this.#permit(this.#permits.acquireSync()) : super.acquireSync(wait);
  }

  /** Gives `n` permits back, or adds new ones. @throws {RangeError} if `n` is not an integer of 1 or more, or too many */
  release(n = 1): void {
    this.#permits.release(n);
  }

  /** @internal */
  protected override describe(): string {
    return this.#bound === MOST_PERMITS ? `value ${this.value}` : `value ${this.value}/${this.#bound}`;
  }

  /** What can be seen of it at this moment. */
  statistics(): SemaphoreStatistics {
    return { value: this.value, bound: this.#bound, waiting: this.#permits.waiting };
  }

  /** @internal */
  protected override retire(): void {
    const gone = new GoneWord(this.constructor.name);
    this.#permits = new Permits(gone, gone);
  }

  /** @internal */
  override [HOLD](limits: Wait): Permit | null | Promise<Permit | null> {
    throwIfStopped(limits);
    // A permit that is there costs no second promise: that would take longer than all the rest.
    return (
      this.#permit(this.#permits.tryAcquire()) ?? this.#permits.acquire(limits).then((taken) => this.#permit(taken))
    );
  }

  /** @internal */
  override [HOLD_SYNC](timeout?: number): Permit | null {
    return this.#permit(this.#permits.acquireSync(timeout));
  }

  /** @internal */
  override [TRY_HOLD](): Permit | null {
    return this.#permit(this.#permits.tryAcquire());
  }

  /** Gives back a permit that was disposed; those of a semaphore that is gone are gone with it. @internal */
  static giveBack(semaphore: Semaphore): void {
    if (!semaphore.isDisposed) semaphore.#permits.release(1);
  }

  #permit(taken: boolean): Permit | null {
    return taken ? new TakenPermit(this) : null;
  }
}

class TakenPermit implements Permit {
  #semaphore: Semaphore | undefined;

  constructor(semaphore: Semaphore) {
    this.#semaphore = semaphore;
  }

  [Symbol.dispose](): void {
    if (this.#semaphore !== undefined) Semaphore.giveBack(this.#semaphore);
    this.#semaphore = undefined;
  }
}
