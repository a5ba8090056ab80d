/** A point in a run of the explorer: the cells, and where every thread stands. */
import type { History } from "./history.js";

/** Where a thread stands; what it does next follows from its history. */
export interface Thread {
  readonly history: History;
  readonly mode: "running" | "asleep" | "dead";
  /** Slices that may still end early: one for each death. */
  readonly slices: number;
}

export interface State {
  readonly cells: readonly number[];
  readonly threads: readonly Thread[];
  /** What led here, for the trace. */
  readonly step: string;
  readonly before: State | undefined;
}

/** Operations done so far by all threads in the phases they are in. */
export function depthOf(state: State): number {
  return state.threads.reduce((depth, thread) => depth + thread.history.length, 0);
}

export function keyOf(state: State): string {
  let key = "";
  for (const cell of state.cells) key += `${cell},`;
  for (const { history, mode, slices } of state.threads) key += `${history.id}${mode[0]}${slices};`;
  return key;
}
