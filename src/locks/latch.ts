/** A count that threads bring down to 0, and wait for. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { ObjectKind } from "../memory/ledger.js";
import { Patience } from "../memory/patience.js";
import { GoneWord } from "../objects/gone.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkInteger, checkWait, checkWaitSync, type Wait } from "../platform/errors/arguments.js";
import { Latch as Count } from "../sync/latch.js";

const MOST = 2 ** 31 - 1;

/** What `Latch.statistics()` tells. */
export interface LatchStatistics {
  /** How many steps are left. */
  readonly count: number;
}

/**
 * A gate that opens for good once it was counted down to 0: "wait until the five workers are ready".
 *
 * Python has none; Java's CountDownLatch, C++'s std::latch.
 *
 * @example
 * import { Latch, Thread } from "heddle/threading";
 *
 * const ready = new Latch(2);
 * for (let i = 0; i < 2; i++) new Thread({ target: () => ready.countDown() }).start();
 * console.log(await ready.wait()); // true
 */
export class Latch extends SharedObject {
  static {
    SharedObject.register(Latch, import.meta.url, "Latch");
  }

  #latch: Count;

  /**
   * @param count steps until it opens: 0 or more, default 1
   * @throws {TypeError | RangeError} if it is not such an integer
   */
  constructor(count = 1) {
    checkInteger("Latch: count", count, 0, MOST);
    super(4, ObjectKind.PLAIN);
    const word = SharedObject.realmOf(this).heap.word((this.handle << 4) + HEADER_WORDS, new Patience(), this);
    if (!this.isRevived) word.store(count);
    this.#latch = new Count(word);
  }

  /** @internal */
  protected override retire(): void {
    this.#latch = new Count(new GoneWord(this.constructor.name));
  }

  /** How many steps are left. */
  get count(): number {
    return this.#latch.count;
  }

  /** Takes `n` steps. @throws {RangeError} if `n` is not an integer of 1 or more, or more than are left */
  countDown(n = 1): void {
    this.#latch.countDown(n);
  }

  /**
   * Waits until the count is 0.
   *
   * @returns false if the timeout came first
   * @throws `signal.reason` when the signal is aborted
   */
  async wait(wait?: Wait): Promise<boolean> {
    checkWait("wait", wait);
    return this.#latch.wait(wait);
  }

  /** As `wait`, blocking the calling thread. */
  waitSync(wait?: { timeout?: number }): boolean {
    checkWaitSync("waitSync", wait);
    return this.#latch.waitSync(wait?.timeout);
  }

  /** @internal */
  protected override describe(): string {
    return `count ${this.count}`;
  }

  /** What can be seen of it at this moment. */
  statistics(): LatchStatistics {
    return { count: this.count };
  }
}
