/**
 * What a pool and its workers say to each other beside what their line says (channel/line).
 *
 *   pool:               tasks ...                           leave
 *   worker:  ready | unfit     ... worn-out | stderr                       broken, at any time: its last word
 */
import type { Destination } from "../pickle/destination.js";
import type { WireError } from "../pickle/wire-error.js";

/** Handed to `main` of a pool worker. */
export interface PoolWorkerData {
  /** Where the answers go: what may travel out of a thread may not out of a process. */
  readonly destination: Destination;
  /** What its end of the line is made from. */
  readonly invitation: unknown;
  /** Packed `{ fn, args }`, called before the worker takes tasks. */
  readonly initializer?: unknown;
  /** Bytes of memory with which it wants to be replaced. */
  readonly maxMemory?: number;
}

/** Nothing will be asked any more: the worker may end as soon as nothing keeps its event loop busy. */
export interface Leave {
  readonly kind: "leave";
  /** Milliseconds after which it exits, whatever keeps it busy. */
  readonly grace: number;
}

export type FromWorker =
  | { readonly kind: "ready" }
  /** The initializer has failed. */
  | { readonly kind: "unfit"; readonly error: WireError }
  /** Code of it has written that to stderr. */
  | { readonly kind: "stderr"; readonly text: string }
  /** It uses more memory than it shall. */
  | { readonly kind: "worn-out" }
  /** It ends for an error that nobody has caught. */
  | { readonly kind: "broken"; readonly error: WireError };
