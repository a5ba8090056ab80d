/** Something that all threads together do once. */
import { HEADER_WORDS } from "../memory/allocator.js";
import { ObjectKind } from "../memory/ledger.js";
import { GoneWord } from "../objects/gone.js";
import { tellHolders } from "../objects/lock-holders.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkFunction, checkNone, checkWait, checkWaitSync, type Wait } from "../platform/errors/arguments.js";
import { DeadlockError, TimeoutError } from "../platform/errors/errors.js";
import { refuseAsync, refusePromise, type Synchronous } from "../platform/errors/synchronous.js";
import { Mutex } from "../sync/mutex.js";
import { Turn, Once as Turns } from "../sync/once.js";
import { namedOwner } from "./other-threads.js";

const REMEDY = "use `await run(...)`";

/** What `Once.statistics()` tells. */
export interface OnceStatistics {
  readonly isDone: boolean;
  /** `ident` of the thread that is at it; null if none is. */
  readonly runner: number | null;
}

/**
 * Runs a function once, whichever thread comes first; the others wait until it is done. If it throws, or its thread
 * dies, the next one tries.
 *
 * Python has none; Go's sync.Once, which does not try again.
 *
 * @example
 * import { Once } from "heddle/threading";
 *
 * const setup = new Once();
 * console.log(setup.runSync(() => console.log("set up"))); // true: this call ran it
 * console.log(setup.runSync(() => console.log("again"))); // false
 */
export class Once extends SharedObject {
  static {
    SharedObject.register(Once, import.meta.url, "Once");
    tellHolders(Once, (once) => [once.#mutex.owner]);
  }

  #mutex: Mutex;
  #turns: Turns;
  readonly #me: number;

  constructor(...none: []) {
    checkNone("Once", none);
    super(8, ObjectKind.PLAIN);
    const { heap, lockOwners, me } = SharedObject.realmOf(this);
    const at = (this.handle << 4) + HEADER_WORDS;
    this.#me = me;
    this.#mutex = new Mutex(heap.word(at, undefined, this), lockOwners);
    this.#turns = new Turns(this.#mutex, heap.word(at + 1, undefined, this));
  }

  /** True once a call has run its function to the end. */
  get isDone(): boolean {
    return this.#turns.isDone;
  }

  /**
   * Runs `body` if it is not done, or waits until another has.
   *
   * @returns true if this call ran `body`, false if it was done
   * @throws what `body` throws; then it is not done
   * @throws {TimeoutError} if another was still at it when the time was up
   * @throws `signal.reason` when the signal is aborted
   */
  async run(body: () => unknown, wait: Wait = {}): Promise<boolean> {
    checkFunction("run: body", body);
    checkWait("run", wait);
    if (!this.#mayRun(await this.#turns.begin(wait), wait.timeout)) return false;
    let succeeded = false;
    try {
      await body();
      succeeded = true;
    } finally {
      this.#turns.finish(succeeded);
    }
    return true;
  }

  /**
   * As `run`, blocking the calling thread.
   *
   * @throws {DeadlockError} if it would block for ever, because this very thread is at it
   */
  runSync<T>(body: (() => T) & Synchronous<T>, wait: { timeout?: number } = {}): boolean {
    checkFunction("runSync: body", body);
    refuseAsync("runSync: body", REMEDY, body);
    checkWaitSync("runSync", wait);
    if (wait.timeout === undefined) this.#checkNotOurs();
    if (!this.#mayRun(this.#turns.beginSync(wait.timeout), wait.timeout)) return false;
    let succeeded = false;
    try {
      refusePromise("runSync: body", REMEDY, body());
      succeeded = true;
    } finally {
      this.#turns.finish(succeeded);
    }
    return true;
  }

  /** @internal */
  protected override describe(): string {
    const { isDone, runner } = this.statistics();
    return isDone ? "done" : runner === null ? "not done" : `run by ${namedOwner(SharedObject.realmOf(this), runner)}`;
  }

  /** What can be seen of it at this moment. */
  statistics(): OnceStatistics {
    // The runner first: it is done before it lets go, so the two belong together.
    const runner = this.#mutex.owner || null;
    return { isDone: this.isDone, runner };
  }

  /** @internal */
  protected override retire(): void {
    const gone = new GoneWord(this.constructor.name);
    this.#mutex = new Mutex(gone, SharedObject.realmOf(this).lockOwners);
    this.#turns = new Turns(this.#mutex, gone);
  }

  #mayRun(turn: Turn, timeout: number | undefined): boolean {
    if (turn === Turn.TIMED_OUT) throw new TimeoutError(`Another was still running it after ${timeout} ms`);
    return turn === Turn.MINE;
  }

  #checkNotOurs(): void {
    if (this.#mutex.owner !== this.#me || this.isDone) return;
    throw new DeadlockError(
      "Cannot wait for the run to end by blocking: it runs in this very thread; use `await once.run(...)`",
    );
  }
}
