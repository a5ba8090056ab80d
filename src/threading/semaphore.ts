/** A count of permits that threads take and give back. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { processHeap } from "../memory/process-heap.js";
import { checkInteger, checkOptions, checkTimeout, checkWait } from "../platform/arguments.js";
import { SharedObject } from "../shared/shared-object.js";
import { MOST_PERMITS, Semaphore as Permits } from "../sync/semaphore.js";
import { type AcquireWait, checkBlocking } from "./lock.js";

/** A permit taken; disposing it gives it back, once. */
export interface Permit extends Disposable {}

/** Sleepers look again after a slice: that heals a wake-up that died with its receiver. */
const heal = (): void => {};

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
export class Semaphore extends SharedObject {
  static {
    SharedObject.register(Semaphore, import.meta.url, "Semaphore");
  }

  readonly #permits: Permits;

  /**
   * @param value permits at the start: 0 or more
   * @throws {TypeError | RangeError} if it is not such an integer
   */
  constructor(value = 1) {
    checkInteger("Semaphore: value", value, 0, MOST_PERMITS);
    super(8);
    const { heap } = processHeap();
    const permits = heap.word((this.handle << 4) + HEADER_WORDS);
    if (!this.isRevived) permits.store(value);
    this.#permits = new Permits(permits, heap.word((this.handle << 4) + HEADER_WORDS + 1), MOST_PERMITS, heal);
  }

  /** Permits that are there at this moment. */
  get value(): number {
    return this.#permits.value;
  }

  /**
   * Takes a permit; waits while there is none.
   *
   * @returns null only if the timeout came first, or it was not to wait (`blocking: false`)
   * @throws `signal.reason` when the signal is aborted
   */
  acquire(): Promise<Permit>;
  acquire(wait: AcquireWait): Promise<Permit | null>;
  async acquire(wait: AcquireWait = {}): Promise<Permit | null> {
    checkWait("acquire", wait, ["blocking"]);
    if (!checkBlocking("acquire", wait)) return this.tryAcquire();
    return this.#permit(await this.#permits.acquire(wait));
  }

  /** As `acquire`, blocking the calling thread. */
  acquireSync(): Permit;
  acquireSync(wait: { timeout?: number; blocking?: boolean }): Permit | null;
  acquireSync(wait: { timeout?: number; blocking?: boolean } = {}): Permit | null {
    checkOptions("acquireSync", wait, ["timeout", "blocking"]);
    checkTimeout("acquireSync: timeout", wait.timeout);
    return checkBlocking("acquireSync", wait)
      ? this.#permit(this.#permits.acquireSync(wait.timeout))
      : this.tryAcquire();
  }

  /** Takes a permit if there is one. @returns null if there is none; never waits */
  tryAcquire(): Permit | null {
    return this.#permit(this.#permits.tryAcquire());
  }

  /** Gives `n` permits back, or adds new ones. @throws {RangeError} if `n` is not an integer of 1 or more */
  release(n = 1): void {
    this.#permits.release(n);
  }

  #permit(taken: boolean): Permit;
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
    this.#semaphore?.release();
    this.#semaphore = undefined;
  }
}
