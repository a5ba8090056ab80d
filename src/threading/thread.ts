/**
 * A function, or an overridden `run`, that runs in parallel on a core of its own.
 *
 * Three kinds of objects stand for one thread: its maker's (it owns the worker), the thread's own (`currentThread()`
 * inside), and anybody else's handle. All of them know the thread's id; how the thread is, its record in shared memory
 * says (memory/thread-table.ts).
 */
import { waitFor } from "../future/wait-for.js";
import { processRealm } from "../memory/process-realm.js";
import type { ThreadId } from "../memory/thread-table.js";
import type { Packed } from "../pickle/pickle.js";
import { type AnyClass, register } from "../pickle/registry.js";
import { checkOptions, checkTimeout, checkWait, checkWaitSync, type Wait } from "../platform/errors/arguments.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { Activity, type ActivityMessage, type ActivityOptions } from "../worker/activity.js";
import type { List, Literal, Measured, measured, Taking } from "../worker/activity-types.js";
import { currentTask } from "../worker/current-task.js";
import { Child } from "../worker/family/children.js";
import { expectThread, ThreadWorker } from "../worker/thread-worker.js";
import type { WorkerExit } from "../worker/worker.js";
import { hearOfError, isDefaultExcepthook, type UncaughtMessage } from "./excepthook.js";
import { isOf, packCall, packWhole } from "./pack-thread.js";
import { makeHandle, takeRevival, whyNotSent } from "./revival.js";
import { enroll, findThread, ownThread } from "./roster.js";
import { STOP, StopRequest } from "./stop-request.js";
import { defaultName, inheritedDaemon, THREAD_ENTRY, THREAD_KIND, type ThreadOptions } from "./thread-options.js";
import { threadOver, threadOverSync } from "./thread-over.js";
import { type OwnOptions, ownOptions } from "./transfer-and-limits.js";

/** How a thread travels: as what it is to run when it departs, as its id when it is only referred to. */
interface ThreadData extends ActivityOptions {
  readonly id?: ThreadId;
}

/** What the thread's worker says: about the thread itself, or about one that the thread started. */
type FromThread = ActivityMessage | UncaughtMessage;

/**
 * A thread of control on a core of its own. Functions travel to it with what they capture; variables are not shared,
 * shared objects are (`Value`, `Queue`, `Lock`).
 *
 * Python: threading.Thread. `result`, `terminate`, `transfer` and `resourceLimits` are additions.
 *
 * @example
 * import { Thread } from "heddle/threading";
 *
 * const square = new Thread({ target: (n: number) => n * n, args: [12] }).start();
 * console.log(await square.result()); // 144
 */
export class Thread<A extends List = [], R = unknown, F extends Taking<A> = Taking<A, R>, L extends Literal = never>
  extends Activity<ReturnType<F>>
  implements AsyncDisposable
{
  declare protected readonly [measured]?: Measured<F>;

  static {
    register<Thread<never>, ThreadData>(Thread, {
      url: import.meta.url,
      name: "Thread",
      reach: () => "process",
      refuse: (thread, to) => (thread.#departs ? undefined : whyNotSent(thread, to)),
      reduce: (thread) => thread.#reduce(),
      revive: reviveThread,
    });
  }

  readonly #own: OwnOptions;
  #id: ThreadId | undefined;
  #worker: ThreadWorker | undefined;
  #departs = false;
  /** The thread as its maker's worker must outlive it. */
  #child: Child | undefined;
  /** Its `run` is over, and nothing that it started keeps the program alive. */
  #isReleased = false;
  readonly #stop = new StopRequest();

  /** @throws {TypeError} if an option is unknown or of a wrong type; the message names it */
  constructor(options: ThreadOptions<A, R, F, L> = {} as ThreadOptions<A, R, F, L>) {
    const existing = takeRevival();
    super(THREAD_KIND, existing?.options ?? options, defaultName, inheritedDaemon);
    this.#own = existing === undefined ? ownOptions(options) : {};
    if (existing !== undefined) this.#adopt(existing.id);
  }

  /** Identifies the thread among all of this process; undefined before `start`. */
  get ident(): number | undefined {
    return this.#id;
  }

  /** The operating system's id of the thread, on Linux; undefined until it runs, and elsewhere. */
  get nativeId(): number | undefined {
    return (this.#id !== undefined && processRealm().threads.nativeId(this.#id)) || undefined;
  }

  /**
   * Aborted when the thread is asked to stop, by `terminate`. Inside the thread it is seen when the event loop turns:
   * pass it to what waits. Outside it tells whether somebody has asked. In a pool's thread it is that of the task that runs.
   */
  get signal(): AbortSignal {
    return (this === ownThread() ? currentTask()?.signal : undefined) ?? this.#stop.signal;
  }

  /** True from `start` until `run` is over. */
  get isAlive(): boolean {
    return this.#id !== undefined && processRealm().threads.isAlive(this.#id);
  }

  /**
   * Starts the thread; returns at once.
   *
   * @throws {RuntimeError} at the second call
   * @throws {PickleError} if the target, its arguments or what it captures cannot travel: what, where and what to do
   */
  start(): this {
    this.begin(this.start, () => {
      const host = expectThread(THREAD_ENTRY, this.name, this.#own.resourceLimits);
      const packed = this.#pack();
      this.#worker = new ThreadWorker(
        {
          entry: THREAD_ENTRY,
          name: this.name,
          daemon: this.daemon,
          data: packed.body,
          transfer: packed.transfer,
          onMessage: (message) => this.#onMessage(message as FromThread),
          onExit: (exit) => this.#onExit(exit),
          onLook: (isLast) => this.#look(isLast),
        },
        this.#own.resourceLimits,
        host,
      );
      this.#adopt(this.#worker.id);
      this.#child = new Child(!this.daemon);
    });
    return this;
  }

  /**
   * Waits until `run` is over, however it ended; a failed thread does not make it throw.
   *
   * @returns false if the timeout came first
   * @throws {RuntimeError} if the thread has not been started, or is the calling one
   */
  async join(wait?: Wait): Promise<boolean> {
    checkWait("join", wait);
    const over = await threadOver(this.#joinable(), wait);
    if (over) this.#worker?.drain(); // what no event loop has delivered yet
    // Without an answer the exit of the worker tells why; it follows the end of `run` at once.
    if (over && !this.ending.isAnswered && this.#child) await waitFor(this.#child.exited, wait);
    return over;
  }

  /** As `join`, blocking the calling thread. The thread may print, start others and end meanwhile. */
  joinSync(wait?: { timeout?: number }): boolean {
    checkWaitSync("joinSync", wait);
    const over = threadOverSync(this.#joinable(), wait?.timeout);
    if (over) this.#worker?.drain();
    return over;
  }

  override async result(wait?: Wait): Promise<Awaited<ReturnType<this["run"]>>> {
    this.#checkOwn("have the result of");
    return super.result(wait);
  }

  /**
   * As `result`, blocking the calling thread. Of a thread that died without a word (no memory left, say) the cause is not
   * heard while this thread blocks: the WorkerLostError has exit code 1 and says so, and `await result()` tells the rest.
   */
  resultSync(wait?: { timeout?: number }): Awaited<ReturnType<this["run"]>> {
    this.#checkOwn("have the result of");
    return this.deliverSync(() => this.joinSync(wait), wait?.timeout) as Awaited<ReturnType<this["run"]>>;
  }

  /**
   * Stops the thread at once, whatever it does, and the threads it started; does nothing if it has ended. Locks that
   * it held report `ownerDied`. Resolves when the thread is gone; without `grace` the thread is told before the call
   * returns, so that the caller may go on to block, in `joinSync` for one.
   *
   * Python has no such method.
   *
   * @param options `grace`: how long the thread may take to end by itself after its `signal` is aborted, in
   * milliseconds; default 0
   * @throws {RuntimeError} if the thread has not been started, or was started by another thread
   */
  async terminate(options?: { readonly grace?: number }): Promise<void> {
    checkOptions("terminate", options, ["grace"]);
    checkTimeout("terminate: grace", options?.grace);
    this.checkStarted("terminate");
    this.#checkOwn("terminate");
    if (this.isAlive) {
      this.ending.markStopped();
      this.#stop.request(this.label);
    }
    // Without grace nothing is awaited before the platform is told: the caller may block next.
    if (this.isAlive && options?.grace) {
      this.#worker?.post(STOP);
      await threadOver(this.#id!, { timeout: options.grace });
    }
    await this.#worker?.terminate();
    if (this.#child) await waitFor(this.#child.exited);
  }

  /** Joins the thread, if it was started. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isStarted) await this.join();
  }

  /** As Python's repr: `Th 1, started 2050, daemon`. @internal */
  protected override describe(): string {
    const state = this.#id === undefined ? "initial" : `${this.isAlive ? "started" : "stopped"} ${this.#id}`;
    return `${this.name}, ${state}${this.daemon ? ", daemon" : ""}`;
  }

  #pack(): Packed {
    this.#departs = true;
    try {
      return isOf(this, Thread) ? packCall(this.departing, this.#own) : packWhole(this, this.#own);
    } finally {
      this.#departs = false;
    }
  }

  #reduce(): ThreadData {
    // A call that refers to its own thread means the one that runs it.
    if (this.#departs) return isOf(this, Thread) ? { name: this.name, daemon: this.daemon } : this.departing;
    return { id: this.#id!, name: this.name, daemon: this.daemon };
  }

  #adopt(id: ThreadId): void {
    this.#id = id;
    this.markStarted();
    enroll(id, this);
  }

  /** @returns the id of a thread that can be waited for */
  #joinable(): ThreadId {
    this.checkStarted("join");
    if (this.#id === processRealm().me) {
      throw new RuntimeError(`Cannot join ${this.label}: it is the calling thread, which would wait for itself`);
    }
    return this.#id!;
  }

  #checkOwn(action: string): void {
    this.checkStarted(action);
    if (this.#worker !== undefined) return;
    throw new RuntimeError(`Cannot ${action} ${this.label} here: only the thread that started it can`);
  }

  #onMessage(message: FromThread): void {
    if (message.kind === "holds") return this.#keepOrRelease(message.holds);
    if (message.kind === "uncaught") return hearOfError(message, findThread(message.id) ?? threadHandle(message.id));
    if (message.kind !== "released") return this.heard(message);
    this.#isReleased = true;
    this.#keepOrRelease(false);
  }

  /** @param holds whether something that the thread started keeps the program alive */
  #keepOrRelease(holds: boolean): void {
    const keeps = holds || (!this.daemon && !this.#isReleased);
    if (this.#child !== undefined) this.#child.holds = keeps;
    if (keeps) this.#worker?.ref();
    else this.#worker?.unref();
  }

  /** The calling thread blocks, where no hook may be called, or ends: hears what no event loop has delivered. */
  #look(isLast: boolean): void {
    if (this.isAlive) return;
    this.ended();
    if (!isLast && !isDefaultExcepthook()) return;
    this.#worker?.drain();
    if (!this.ending.isAnswered && processRealm().threads.died(this.#id!)) this.ending.lost();
  }

  /** `run` is over, also where no event loop has heard of it. May be called more than once. */
  protected ended(): void {}

  #onExit(exit: WorkerExit): void {
    this.ending.lost(exit);
    this.ended();
    this.#child?.exit();
  }

  /** The thread has been asked to stop, seen from inside. @internal */
  static stop(thread: Thread<never>): void {
    thread.#stop.request(thread.label);
  }
}

function reviveThread(data: ThreadData, actualClass: AnyClass): Thread<never> {
  const { id = processRealm().me, ...options } = data;
  return findThread(id) ?? makeHandle(Thread, id, options, actualClass);
}

/** @returns an object for a thread that this one has not started */
export function threadHandle(id: ThreadId): Thread<never> {
  const info = processRealm().threads.info(id);
  return makeHandle(Thread, id, { name: info?.name ?? `Thread ${id}`, daemon: info?.daemon ?? false });
}
