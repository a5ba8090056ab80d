/** What workers are asked to do in bench/pool: the same functions for every contestant. */

export interface Thing {
  readonly id: number;
}

/** A no-op, also for objects, which come back as they went. */
export const noop = <T>(value: T): T => value;

export const asyncNoop = async <T>(value: T): Promise<T> => value;

/** So much computing that sending it is nothing: some 10 ms. */
export function compute(seed: number): number {
  let x = seed | 1;
  for (let i = 0; i < 4_000_000; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
  return x;
}

export const lengthOf = (memory: SharedArrayBuffer): number => memory.byteLength;

export type TaskName = "noop" | "asyncNoop" | "compute" | "lengthOf";
