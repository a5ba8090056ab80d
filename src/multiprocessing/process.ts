/**
 * A function, or an overridden `run`, that runs in a process of its own: other memory, other pid, and its death cannot
 * hurt the rest. The API is that of Thread.
 */
import { Deferred } from "../future/deferred.js";
import { waitFor, waitThrough } from "../future/wait-for.js";
import { PROCESS } from "../pickle/destination.js";
import { pack } from "../pickle/pickle.js";
import { type AnyClass, register, stays } from "../pickle/registry.js";
import { fromWire, type WireError } from "../pickle/wire-error.js";
import { checkFunction, checkWait, type Wait } from "../platform/errors/arguments.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { asHook } from "../platform/waiting/context.js";
import { Activity, type ActivityKind, type ActivityMessage, type ActivityOptions } from "../worker/activity.js";
import type { Arguments, List, Literal, Measured, measured, Taking } from "../worker/activity-types.js";
import { signalOfTask } from "../worker/current-task.js";
import { Child } from "../worker/family/children.js";
import { checkInspectPort } from "../worker/flags.js";
import { printError } from "../worker/print-error.js";
import { ProcessWorker, type ProcessWorkerOptions } from "../worker/process-worker.js";
import { thisWorkerName } from "../worker/this-process.js";
import { countPrinted } from "../worker/untaken-failures.js";
import type { WorkerExit } from "../worker/worker.js";

const ENTRY = new URL("./process-entry.js", import.meta.url).href;

const KIND: ActivityKind = {
  noun: "process",
  className: "Process",
  options: ["onMessage", "inspectPort"],
  isHeard: () => false,
  tell: (error, { name }) => {
    printError(`process ${name}`, error);
    return true;
  },
};

/** What a Process is made from. `args` must fit `target`, and are required when it takes any. */
export type ProcessOptions<A extends readonly unknown[], R, F extends Taking<A> = Taking<A, R>, L = never> = {
  /** What the process runs: any function that can travel. */
  readonly target?: F;
  /** Default: `Process-N`. */
  readonly name?: string;
  /** A daemon is killed when the program ends instead of keeping it alive. Default: false. */
  readonly daemon?: boolean;
  /**
   * Called with what code in the process sends by `process.send`, such as a library that says "ready" to whoever forked it.
   * Default: such messages are dropped.
   */
  readonly onMessage?: (message: unknown) => void;
  /**
   * The port, from 1024 to 65535, where a debugger may connect to the process; 0: any free one, which it prints. Default: the
   * process has no inspector, also if the program has one.
   */
  readonly inspectPort?: number;
} & Arguments<A, F, L>;

/** An error of a process that nobody can ask for: its `run` was over. */
export interface UncaughtMessage {
  readonly kind: "uncaught";
  readonly error: WireError;
}

let count = 0;
/** Set while an object is made for the process that runs it. */
let reviving: ActivityOptions | undefined;

/**
 * A process that runs a function. What the function captures is copied; nothing is shared.
 *
 * Python: multiprocessing.Process. No main guard is needed: the main module is not loaded again.
 *
 * @example
 * import { Process } from "heddle/multiprocessing";
 *
 * const hello = new Process({ target: (name: string) => console.log(`hello ${name}`), args: ["bob"] });
 * await hello.start().join();
 * console.log(hello.exitcode); // 0
 */
export class Process<A extends List = [], R = unknown, F extends Taking<A> = Taking<A, R>, L extends Literal = never>
  extends Activity<ReturnType<F>>
  implements AsyncDisposable
{
  declare protected readonly [measured]?: Measured<F>;

  static {
    register<Process<never>, ActivityOptions>(Process, {
      url: import.meta.url,
      name: "Process",
      refuse: (process) => (process.#departs ? undefined : stays(process)),
      reduce: (process) => process.departing,
      revive: reviveProcess,
    });
  }

  #worker: ProcessWorker | undefined;
  /** The process as the thread that started it must outlive it. */
  #child: Child | undefined;
  #departs = false;
  #isClosed = false;
  #exit: WorkerExit | undefined;
  /** The process that runs this code. */
  readonly #isOwn: boolean;
  readonly #exited = new Deferred<number>();
  readonly #own: ProcessWorkerOptions;

  /** @throws {TypeError | RangeError} if an option is unknown, of a wrong type or out of range; the message names it */
  constructor(options: ProcessOptions<A, R, F, L> = {} as ProcessOptions<A, R, F, L>) {
    const own = reviving;
    reviving = undefined;
    super(
      KIND,
      own ?? options,
      () => `Process-${++count}`,
      () => false,
    );
    this.#isOwn = own !== undefined;
    this.#own = ownOptions(options);
    if (this.#isOwn) this.markStarted();
  }

  /** The system's id of the process; undefined before `start`. */
  get pid(): number | undefined {
    this.#checkOpen("read the pid of");
    return this.#isOwn ? process.pid : this.#worker?.pid;
  }

  /** null while it runs; 0 or what `process.exit` was given, 1 for an uncaught error, -N if signal N ended it. */
  get exitcode(): number | null {
    this.#checkOpen("read the exitcode of");
    return this.#exit?.exitcode ?? null;
  }

  /** In a process of a pool aborted when the task that runs is given up; others are asked to end by the system's signals. */
  get signal(): AbortSignal {
    return signalOfTask(this.#isOwn);
  }

  /** True from `start` until the process has exited. */
  get isAlive(): boolean {
    this.#checkOpen("look at");
    return this.#isOwn || (this.isStarted && this.#exit === undefined);
  }

  /** Resolves to `exitcode` when the process has exited, and keeps the program alive until then; for `Promise.race`. */
  get sentinel(): Promise<number> {
    this.#checkOpen("watch");
    this.checkStarted("watch");
    return waitThrough(this.#exited);
  }

  /**
   * Starts the process; returns at once.
   *
   * @throws {RuntimeError} at the second call
   * @throws {PickleError} if the target, its arguments or what it captures cannot travel: what, where and what to do
   */
  start(): this {
    this.#checkOpen("start");
    this.begin(this.start, () => {
      const spec = {
        entry: ENTRY,
        name: this.name,
        daemon: this.daemon,
        data: this.#pack(),
        onMessage: (message: unknown) => this.#onMessage(message as ActivityMessage | UncaughtMessage),
        onExit: (exit: WorkerExit) => this.#onExit(exit),
      };
      this.#worker = new ProcessWorker(spec, this.#own);
      this.#child = new Child(!this.daemon);
    });
    return this;
  }

  /**
   * Waits until the process has exited, however it ended.
   *
   * @returns false if the timeout came first
   * @throws {RuntimeError} if the process has not been started, or is the calling one
   */
  async join(wait?: Wait): Promise<boolean> {
    checkWait("join", wait);
    this.#checkOpen("join");
    this.checkStarted("join");
    if (this.#isOwn) throw new RuntimeError(`Cannot join ${this.label}: it is the calling process`);
    return !(await waitFor(this.#exited, wait)).timedOut;
  }

  /** Asks the process to end (SIGTERM): it dies unless it listens for the signal. Does nothing if it has exited. */
  terminate(): void {
    this.#checkOpen("terminate");
    this.checkStarted("terminate");
    if (this.isAlive) this.ending.markStopped();
    this.#worker?.kill("SIGTERM");
  }

  /** Ends the process at once (SIGKILL). Does nothing if it has exited. */
  kill(): void {
    this.#checkOpen("kill");
    this.checkStarted("kill");
    if (this.isAlive) this.ending.markStopped();
    this.#worker?.kill("SIGKILL");
  }

  /**
   * Lets go of what the process has left, its result above all. Name and daemon can still be read; everything else
   * throws RuntimeError from now on. Closing again does nothing.
   * @throws {RuntimeError} if the process is running
   */
  close(): void {
    if (this.#isClosed) return;
    const remedy = "call terminate() or kill(), and join() it first";
    if (this.isAlive) throw new RuntimeError(`Cannot close ${this.label}: it is running; ${remedy}`);
    this.#isClosed = true;
    this.#worker = undefined;
    this.#child = undefined;
    this.ending.forget();
  }

  /** Joins the process, if it was started and is not closed. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.isStarted && !this.#isClosed) await this.join();
  }

  /** As Python's repr. @internal */
  protected override describe(): string {
    return `${this.name}, ${this.#stateText()}${this.daemon ? ", daemon" : ""}`;
  }

  #stateText(): string {
    if (this.#isClosed) return "closed";
    if (this.#isOwn) return `this process ${process.pid}`;
    if (!this.isStarted) return "initial";
    const code = this.#exit?.exitcode;
    return this.#exit === undefined ? `started ${this.#worker?.pid}` : `stopped, exitcode ${code}`;
  }

  /** @throws {RuntimeError} after `close` */
  #checkOpen(action: string): void {
    if (this.#isClosed) throw new RuntimeError(`Cannot ${action} ${this.label}: it is closed`);
  }

  #pack(): unknown {
    this.#departs = true;
    try {
      return pack(this, { to: PROCESS, name: "process" }).body;
    } finally {
      this.#departs = false;
    }
  }

  #onMessage(message: ActivityMessage | UncaughtMessage): void {
    if (message.kind === "uncaught") this.#onUncaught(message);
    else if (message.kind !== "released" && message.kind !== "holds") this.heard(message);
  }

  #onUncaught({ error }: UncaughtMessage): void {
    if (KIND.tell(fromWire(error, undefined, ""), this)) countPrinted();
  }

  #onExit(exit: WorkerExit): void {
    this.#exit = exit;
    const { exitcode, error } = exit;
    // A process that was killed says nothing; any other one has left, and printed why if there was a reason.
    const hasLeft = error === undefined && exitcode !== null && exitcode >= 0;
    if (hasLeft && !this.ending.isAnswered) this.ending.heard({ kind: "left", exitcode });
    this.ending.lost(exit);
    this.#child?.exit();
    this.#exited.resolve(exit.exitcode ?? 1);
  }
}

function ownOptions({
  onMessage,
  inspectPort,
}: Pick<ProcessOptions<[], unknown>, "onMessage" | "inspectPort">): ProcessWorkerOptions {
  if (onMessage !== undefined) checkFunction("Process: onMessage", onMessage);
  checkInspectPort("Process", inspectPort);
  return { inspectPort, onForeign: onMessage && asHook(onMessage) };
}

function reviveProcess(data: ActivityOptions, actualClass: AnyClass): Process<never> {
  reviving = data;
  // The constructor of a subclass does not run again: its fields travel.
  return Reflect.construct(Process, [], actualClass) as Process<never>;
}

let own: Process<never> | undefined;

/** @returns the process that the calling code runs in. Python: multiprocessing.current_process */
export function currentProcess(): Process<never> {
  own ??= reviveProcess({ name: thisWorkerName() ?? "MainProcess" }, Process);
  return own;
}

/** Makes the object that the starter sent the one that `currentProcess` returns. */
export function setCurrentProcess(process: Process<never>): void {
  own = process;
}
