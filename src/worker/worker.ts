/**
 * One worker, thread or process, as the layers above see it: start it, post to it, hear from it, know when it is gone.
 *
 *   started ──▶ gone          onExit is called exactly once, after the last onMessage
 *
 * What a worker *does* is decided by its entry module: it exports `main`, which gets the other end of the channel.
 */
import type { Transferable } from "node:worker_threads";
import type { Destination } from "../pickle/destination.js";
import { builtin } from "../platform/engine/builtin.js";

/** How a worker ended. */
export interface WorkerExit {
  /** As Python counts: 0 or the code given to `process.exit`, 1 for an uncaught error, -N if signal N ended it. */
  readonly exitcode: number | null;
  /** What the platform says about a death that no code of the worker reported, such as running out of memory. */
  readonly error?: unknown;
}

/** What the starter of a worker wants to hear. */
export interface WorkerEvents {
  onMessage(message: unknown): void;
  onExit(exit: WorkerExit): void;
  /** Its worker may have ended, and no event loop will say so: the starter blocks, or its program ends (`isLast`). */
  onLook?(isLast: boolean): void;
}

/** What a new worker gets. */
export interface WorkerSpec extends WorkerEvents {
  /** URL of the module whose exported `main` the worker runs. */
  readonly entry: string;
  /** Handed to `main`: structured-cloneable. */
  readonly data: unknown;
  /** Name of the thread or process, as `currentThread().name` or `currentProcess().name` show it inside. */
  readonly name: string;
  /** A daemon does not keep the program alive. */
  readonly daemon: boolean;
  readonly transfer?: readonly Transferable[];
}

/** The starter's end. */
export interface WorkerHandle {
  readonly name: string;
  /** Posts a structured-cloneable message; does nothing once the worker is gone. */
  post(message: unknown, transfer?: readonly Transferable[]): void;
  /** Makes the worker keep the starter's event loop alive. */
  ref(): void;
  /** Lets the starter's event loop end although the worker lives. */
  unref(): void;
  /** Asks the worker to end, which it may refuse; where there is no such thing, it is terminated at once. */
  ask?(): void;
  /** Ends the worker at once, whatever it does. Resolves when it is gone. */
  terminate(): Promise<void>;
}

/** Starts workers of one kind. */
export interface WorkerFactory {
  /** Decides what may travel to such a worker. */
  readonly destination: Destination;
  start(spec: WorkerSpec): WorkerHandle;
}

/** The worker's own end, handed to `main`. */
export interface WorkerContext {
  readonly name: string;
  post(message: unknown, transfer?: readonly Transferable[]): void;
  /** Resolves when everything posted so far is on its way, so that the worker may exit. */
  flush(): Promise<void>;
  /** Hears what the starter posts; listening does not keep the worker's event loop alive unless `ref` is called. */
  onMessage(handler: (message: unknown) => void): void;
  /** Keeps the worker waiting for messages although it has nothing else to do. */
  ref(): void;
  /** Has `leave` called when the worker exits by itself, and nothing is recorded of that yet. */
  onLeave?(leave: (exitcode: number) => void): void;
  /** Takes `ref` back: it may end when it has nothing else to do. */
  unref(): void;
  /** Processes: what is to be done, instead of exiting at once, when the starter is gone. */
  onOrphaned?(leave: () => void): void;
  /** The run is over but for what is said next: the starter may wait a moment for the worker to be free. */
  conclude?(): void;
}

/**
 * What an entry module exports as `main`. The worker ends when the promise settles and nothing keeps it alive; at once
 * if it resolves to "over", unless it can be used again.
 */
export type WorkerMain = (context: WorkerContext, data: unknown) => void | Promise<void> | Promise<"over">;

/** @returns as in "the process ... was killed by SIGKILL" */
export function exitInWords({ exitcode }: WorkerExit): string {
  if (exitcode === null) return "ended";
  return exitcode < 0 ? `was killed by ${signalNamed(-exitcode)}` : `ended with exit code ${exitcode}`;
}

function signalNamed(number: number): string {
  const { signals } = builtin("node:os").constants;
  const known = Object.entries(signals).find(([, value]) => value === number);
  return known?.[0] ?? `signal ${number}`;
}
