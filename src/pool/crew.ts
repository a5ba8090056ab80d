/**
 * The workers of one pool: starts them, hears them, lets them go, and knows how they ended.
 *
 * Workers are never referenced: idle ones do not keep the program alive. Whoever waits for a task does.
 */
import type { WorkerId } from "../channel/line/line.js";
import { fromWire } from "../pickle/wire-error.js";
import { WorkerLostError } from "../platform/errors/errors.js";
import { LONGEST_TIMER } from "../platform/waiting/clock.js";
import { clearTimer, setMicrotask, setTimer } from "../platform/waiting/timers.js";
import type { WorkerExit, WorkerFactory, WorkerHandle } from "../worker/worker.js";
import { exitInWords } from "../worker/worker.js";
import { MOST_FRUITLESS } from "./dispatcher.js";
import type { FromWorker, Leave, PoolWorkerData } from "./protocol.js";

/** What a crew is made from. */
export interface CrewOptions {
  readonly factory: WorkerFactory;
  /** @returns the name of the n-th worker, counted from 1; a replacement gets a name of its own */
  readonly nameWorker: (n: number) => string;
  /** Makes known what ended a worker that had no task to fail, a signal apart. */
  readonly tellStray?: (error: unknown, worker: WorkerHandle) => void;
}

/** What the pool hears of its workers. */
export interface CrewEvents {
  ready(worker: WorkerId, handle: WorkerHandle): void;
  /** Its initializer has failed. */
  unfit(worker: WorkerId, error: unknown): void;
  wornOut(worker: WorkerId): void;
  /** A message of the line. */
  said(worker: WorkerId, message: unknown): void;
  /** @returns whether it had a task, which its end is told to */
  gone(worker: WorkerId, end: WorkerEnd): boolean;
}

/** How a worker ended. */
export interface WorkerEnd {
  readonly name: string;
  readonly exit: WorkerExit;
  /** The last that it has written to stderr. */
  readonly stderr?: string | undefined;
}

interface Member {
  readonly name: string;
  handle: WorkerHandle | undefined;
  /** It has booted: what ends it from now on is of its tasks. */
  isReady: boolean;
  /** It ends for that. */
  broken?: { readonly error: unknown };
  /** Stops it if it does not leave. */
  lastResort?: NodeJS.Timeout;
  /** The last that it has written to stderr. */
  stderr?: string;
}

const ENTRY = new URL("./pool-worker.js", import.meta.url).href;

/** What is kept of what a worker writes to stderr. */
const MOST_LINES = 11;
const MOST_CHARACTERS = 4096;

/** The workers of one pool, from their start to the exit of the last. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #events: CrewEvents;
  readonly #members = new Map<WorkerId, Member>();
  #lastEnd: WorkerEnd | undefined;

  constructor(options: CrewOptions, events: CrewEvents) {
    this.#options = options;
    this.#events = events;
  }

  get isEmpty(): boolean {
    return this.#members.size === 0;
  }

  /** How the last one ended. */
  get lastEnd(): WorkerEnd | undefined {
    return this.#lastEnd;
  }

  start(id: WorkerId, data: PoolWorkerData): void {
    const { factory, nameWorker } = this.#options;
    const name = nameWorker(id);
    const member: Member = { name, handle: undefined, isReady: false };
    this.#members.set(id, member);
    try {
      member.handle = factory.start({
        entry: ENTRY,
        data,
        name,
        daemon: true,
        onMessage: (message) => this.#onMessage(id, member, message as FromWorker),
        onExit: (exit) => this.#onExit(id, member, { ...exit, ...member.broken }),
      });
      member.handle.unref();
    } catch (error) {
      // A worker that cannot even be created is one that died at once.
      const end = { exitcode: null, error };
      this.#lastEnd = { name, exit: end };
      setMicrotask(() => this.#onExit(id, member, end));
    }
  }

  /** @param grace milliseconds that it has to end when it is asked, where it can be asked; 0: it is stopped at once */
  stop(id: WorkerId, grace = 0): void {
    const member = this.#members.get(id);
    const handle = member?.handle;
    if (member === undefined || handle?.ask === undefined || grace === 0) return void handle?.terminate();
    handle.ask();
    clearTimer(member.lastResort);
    member.lastResort = setTimer(() => void handle.terminate(), Math.min(grace, LONGEST_TIMER));
  }

  /** @param grace milliseconds that it has to end by itself; then it is told to exit, and, after as many again, stopped */
  letGo(id: WorkerId, grace: number): void {
    const member = this.#members.get(id);
    const handle = member?.handle;
    if (grace === 0) void handle?.terminate();
    else handle?.post({ kind: "leave", grace } satisfies Leave);
    // Whoever waits for the end keeps the program alive.
    if (member !== undefined && 2 * grace <= LONGEST_TIMER)
      member.lastResort = setTimer(() => void handle?.terminate(), 2 * grace).unref();
  }

  #onMessage(id: WorkerId, member: Member, message: FromWorker): void {
    if (message.kind === "ready") {
      member.isReady = true;
      this.#events.ready(id, member.handle as WorkerHandle);
    } else if (message.kind === "broken") member.broken = { error: fromWire(message.error, undefined) };
    else if (message.kind === "unfit") this.#events.unfit(id, fromWire(message.error, undefined));
    else if (message.kind === "stderr") member.stderr = lastLines((member.stderr ?? "") + message.text);
    else if (message.kind === "worn-out") this.#events.wornOut(id);
    else this.#events.said(id, message);
  }

  #onExit(id: WorkerId, member: Member, exit: WorkerExit): void {
    this.#members.delete(id);
    clearTimer(member.lastResort);
    this.#lastEnd = { name: member.name, exit, stderr: member.stderr };
    const hadTask = this.#events.gone(id, this.#lastEnd);
    const { handle, isReady } = member;
    const isBySignal = (exit.exitcode ?? 0) < 0; // somebody wanted that
    if (exit.error !== undefined && !isBySignal && handle !== undefined && isReady && !hadTask)
      this.#options.tellStray?.(exit.error, handle);
  }
}

/** @returns the error of a task that was lost with its worker */
export function lostWith(end: WorkerEnd, task?: string): WorkerLostError {
  return lostError(end, `Worker ${endInWords(end)} before it answered`, task);
}

/** @returns the error of a task for which no worker can be had @param last how the last one ended */
export function noWorker(end: WorkerEnd): WorkerLostError {
  const what = `Cannot start a worker: ${MOST_FRUITLESS} in a row ended before they did anything`;
  return lostError(end, `${what}; the last, ${endInWords(end)}`);
}

function endInWords({ name, exit }: WorkerEnd): string {
  return `"${name}" ${exitInWords(exit)}`;
}

function lostError({ name, exit, stderr }: WorkerEnd, message: string, task?: string): WorkerLostError {
  const { exitcode, error } = exit;
  const more = { task, stderr };
  return new WorkerLostError(message, name, exitcode, error === undefined ? more : { ...more, cause: error });
}

function lastLines(text: string): string {
  return text.split("\n").slice(-MOST_LINES).join("\n").slice(-MOST_CHARACTERS);
}
