/**
 * Workers that are processes of their own.
 *
 *   started ──is up──▶ up ──exits, and its line ends──▶ gone        in either order: the last message is told before the end
 *     │  ▲
 *     └──┘ a signal of the terminal ends it: another one is started in its place, MOST_STARTS in all
 *
 * Node ends a process by such a signal until its first JavaScript runs, whatever it was started with, while main may have a listener
 * and go on (docs/decisions/0011-ctrl-c-while-a-process-starts.md). Nothing of the program has run in it.
 *
 * They die with their starter: the line ends and the boot file exits, or orphan-watch.ts ends a process that is too busy
 * to hear it. Daemons are killed when the program exits.
 */
import { type ChildProcess, fork } from "node:child_process";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";
import { Deferred } from "../future/deferred.js";
import { checkDescriptors, FOR_A_PROCESS } from "../platform/engine/free-descriptors.js";
import { whyNotBooted } from "./boot-failure.js";
import { addProcess, removeProcess } from "./family/processes-below.js";
import { type ProcessLimits, processFlags } from "./flags.js";
import type { ProcessLine } from "./frame-pipe.js";
import { lineToChild, STDIO, UP } from "./process-line.js";
import { OF_THE_TERMINAL } from "./this-process.js";
import type { WorkerHandle, WorkerSpec } from "./worker.js";

/** The file that a process starts with. */
const BOOT = fileURLToPath(new URL("./process-boot.cjs", import.meta.url));

/** Processes in a row that a signal of the terminal may end while they start: one second of a key that is held down. */
const MOST_STARTS = 30;

/** The first message to a new process. */
export interface ProcessBirth {
  readonly entry: string;
  readonly name: string;
  readonly data: unknown;
  /** Id of the process that started it. */
  readonly parent: number;
  /** The `process.argv` of the program. */
  readonly argv: readonly string[];
}

/** What only processes have. */
export interface ProcessWorkerOptions {
  /** Where a debugger may connect to; without, the process has no inspector, whatever the program has. */
  readonly inspectPort?: number | undefined;
  /** Of its heap and stack. */
  readonly limits?: ProcessLimits | undefined;
  /** Hears what the program in the process sends by `process.send`. */
  readonly onForeign?: ((message: unknown) => void) | undefined;
  /** A daemon that is not killed when the program exits: it hears that its line ends, and leaves. */
  readonly leavesByItself?: boolean;
}

export class ProcessWorker implements WorkerHandle {
  readonly name: string;
  readonly #spec: WorkerSpec;
  readonly #options: ProcessWorkerOptions;
  readonly #gone = new Deferred<void>();
  #child!: ChildProcess;
  #line!: ProcessLine;
  /** What was posted before it was up; undefined from then on. */
  #early: unknown[] | undefined = [];
  #isReferenced: boolean;
  /** It was sent a signal from here. */
  #isSignalled = false;
  #starts = 0;
  #exited = false;
  #lineEnded = false;
  #error: unknown;
  #exitcode: number | null = null;
  #flags: { execArgv: string[]; env: NodeJS.ProcessEnv } | undefined;

  constructor(spec: WorkerSpec, options: ProcessWorkerOptions = {}) {
    this.#spec = spec;
    this.#options = options;
    this.#isReferenced = !spec.daemon;
    this.name = spec.name;
    this.#start();
    const { entry, name, data } = spec;
    const birth: ProcessBirth = { entry, name, data, parent: process.pid, argv: process.argv };
    try {
      this.post(birth);
    } catch (error) {
      this.kill("SIGKILL");
      throw error;
    }
  }

  /** Undefined if the system could not start it. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  post(message: unknown): void {
    // A message that no longer reaches the process needs no error of its own: its exit is reported.
    this.#line.post(message);
    this.#early?.push(message);
  }

  ref(): void {
    this.#isReferenced = true;
    this.#child.ref();
    this.#line.ref();
  }

  unref(): void {
    this.#isReferenced = false;
    this.#child.unref();
    this.#line.unref();
  }

  /** Sends a signal. @returns false if the process is gone */
  kill(signal: NodeJS.Signals): boolean {
    this.#isSignalled = true;
    // One that the system could not start has the id 0 inside Node: the signal would go to this very program.
    return this.pid !== undefined && this.#child.kill(signal);
  }

  ask(): void {
    this.kill("SIGTERM");
  }

  terminate(): Promise<void> {
    this.kill("SIGKILL");
    return new Promise((resolve, reject) => void this.#gone.onSettled(resolve, reject));
  }

  #start(): void {
    checkDescriptors(`process "${this.name}"`, FOR_A_PROCESS);
    this.#starts++;
    const flags = processFlags(this.#options.inspectPort, this.#options.limits);
    this.#flags = flags;
    this.#child = fork(BOOT, [], { serialization: "advanced", stdio: STDIO, ...flags });
    this.#line = this.#listen(this.#options);
    if (!this.#isReferenced) this.unref();
    if (this.pid !== undefined) addProcess(this);
  }

  #listen({ onForeign = () => {}, leavesByItself = false }: ProcessWorkerOptions): ProcessLine {
    const child = this.#child;
    child.once("exit", (code, signal) => {
      this.#exitcode = signal === null ? code : -constants.signals[signal];
      if (signal !== null) this.#error ??= deathBy(signal);
      this.#onExit();
    });
    child.once("error", (error) => {
      this.#error = error;
      if (child.pid === undefined) this.#onExit();
    });
    if (this.#spec.daemon && !leavesByItself) daemons.add(this);
    return lineToChild(
      child,
      { onMessage: (message) => this.#onMessage(message), onEnd: (error) => this.#onLineEnd(error) },
      onForeign,
    );
  }

  #onMessage(message: unknown): void {
    if (message === UP) this.#early = undefined;
    else this.#spec.onMessage(message);
  }

  #onExit(): void {
    this.#exited = true;
    removeProcess(this);
    daemons.delete(this);
    if (this.#lineEnded) this.#onGone();
  }

  #onLineEnd(error: Error | undefined): void {
    this.#lineEnded = true;
    if (error !== undefined) {
      // Nobody will hear of what it does.
      this.#error ??= error;
      this.kill("SIGKILL");
    }
    if (this.#exited) this.#onGone();
  }

  /** @returns true if it goes on, as another process */
  #startAnew(): boolean {
    const early = this.#early;
    if (early === undefined || this.#isSignalled || !this.#wasEndedByTerminal()) return false;
    if (this.#starts === MOST_STARTS) {
      this.#error = endlessDeaths(this.#error);
      return false;
    }
    this.#exitcode = null; // if there is no other one, the signal is not why
    try {
      this.#start();
    } catch (error) {
      this.#error = error;
      return false;
    }
    this.#exited = false;
    this.#lineEnded = false;
    this.#error = undefined;
    for (const message of early) this.#line.post(message);
    return true;
  }

  #wasEndedByTerminal(): boolean {
    return OF_THE_TERMINAL.some((signal) => this.#exitcode === -constants.signals[signal]);
  }

  #onGone(): void {
    if (this.#startAnew()) return;
    const hasNotBooted = this.#early !== undefined && this.#error === undefined && (this.#exitcode ?? 0) > 0;
    if (hasNotBooted && this.#flags !== undefined) void this.#explain(this.#flags);
    else this.#tellGone();
  }

  async #explain({ execArgv, env }: { execArgv: string[]; env: NodeJS.ProcessEnv }): Promise<void> {
    const reason = await whyNotBooted(execArgv, env);
    if (reason !== undefined) this.#error = new Error(`Node could not start: ${reason}`);
    this.#tellGone();
  }

  #tellGone(): void {
    const exitcode = this.#exitcode;
    this.#spec.onExit(this.#error === undefined ? { exitcode } : { exitcode, error: this.#error });
    this.#gone.resolve();
  }
}

/** Where such a signal comes from if nobody has sent it. */
const REASONS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: "the system sends it when memory runs out",
  SIGABRT: "Node aborts when the memory for JavaScript runs out, or at a fault of its own",
  SIGSEGV: "native code has touched memory that is not its own",
  SIGBUS: "native code has touched memory that is not there",
  SIGILL: "native code has run into no code",
  SIGTRAP: "Node aborts at a fault of its own",
};

function deathBy(signal: NodeJS.Signals): Error {
  const reason = REASONS[signal];
  const hint = reason === undefined ? "" : `: if nobody has sent it, ${reason}`;
  return Object.assign(new Error(`The process was killed by ${signal}${hint}`), { signal });
}

function endlessDeaths(last: unknown): Error {
  const why = "a signal of the terminal, such as Ctrl-C, ends a process that does not hear signals yet";
  return new Error(`The process was killed ${MOST_STARTS} times in a row while it started: ${why}`, { cause: last });
}

const daemons = new Set<ProcessWorker>();
process.on("exit", () => {
  for (const worker of daemons) worker.kill("SIGKILL");
});
