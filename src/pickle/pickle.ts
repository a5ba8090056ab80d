/** Values and functions <-> messages that a thread or process can be sent. */
import type { Transferable } from "node:worker_threads";

/** Where a value goes: shared memory reaches threads only. */
export type Destination = "thread" | "process";

/** A structured-cloneable rendering of a value, to be posted together with its transfer list. */
export interface Packed {
  readonly body: unknown;
  readonly transfer: readonly Transferable[];
}

export interface PackOptions {
  readonly to: Destination;
  /** How error messages call the value: `args`, `target`, `item`. */
  readonly name: string;
  /** What moves instead of being copied. */
  readonly transfer?: readonly Transferable[];
}

/** @throws {PickleError} if something in `value` cannot travel; the message says what, where and what to do instead */
export function pack(value: unknown, options: PackOptions): Packed {
  return { body: value, transfer: options.transfer ?? [] };
}

/** Rebuilds what `pack` rendered. Synchronous: modules that the value refers to are loaded by require(esm). */
export function unpack<T>(body: unknown): T {
  return body as T;
}
