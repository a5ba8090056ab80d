/**
 * What a pool and its workers say to each other. A worker gets one chunk at a time and answers it once, by its number.
 *
 *   pool:    run ─────────────────────▶ run ──▶ ... forget ──▶ leave
 *   worker:  ready      done | failed       done | failed                        broken, at any time: its last word
 */
import type { Destination } from "../pickle/destination.js";
import type { WireError } from "../pickle/wire-error.js";

/** One function of one call. */
export type FunctionId = number;

/** Handed to `main` of a pool worker. */
export interface PoolWorkerData {
  /** Where the answers go: what may travel out of a thread may not out of a process. */
  readonly destination: Destination;
}

/** One chunk of one worker. */
export type RunNumber = number;

export interface Run {
  readonly kind: "run";
  readonly run: RunNumber;
  readonly fn: FunctionId;
  /** The packed function: present the first time that this worker runs it. */
  readonly define?: { readonly body: unknown };
  /** True if each item is an array of arguments, not the only argument. */
  readonly spread: boolean;
  /** A packed array of items. */
  readonly items: unknown;
}

/** The call is over: the function may be collected. */
export interface Forget {
  readonly kind: "forget";
  readonly fn: FunctionId;
}

/** Nothing will be asked any more: the worker may end as soon as nothing keeps its event loop busy. */
export interface Leave {
  readonly kind: "leave";
  /** Milliseconds after which it exits, whatever keeps it busy. */
  readonly grace: number;
}

export type ToWorker = Run | Forget | Leave;

export type FromWorker =
  | { readonly kind: "ready" }
  | { readonly kind: "done"; readonly run: RunNumber; readonly results: unknown }
  | { readonly kind: "failed"; readonly run: RunNumber; readonly error: WireError }
  /** It ends for an error that nobody has caught. */
  | { readonly kind: "broken"; readonly error: WireError };
