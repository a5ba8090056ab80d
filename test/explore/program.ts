/** What the explorer is given, and what it hands to the program's checks. */
import type { Owners } from "#heddle/sync/owners.js";
import type { ModelWord } from "./model-word.js";

export type Cells<N extends string> = Readonly<Record<N, number>>;

/** How a run ended: cells, and per thread what its body returned, or DEAD. */
export interface Ending<N extends string> {
  readonly cells: Cells<N>;
  readonly outcomes: readonly unknown[];
}

/** Outcome of a thread that died. */
export const DEAD = Symbol("dead");

/**
 * What a thread does. A thread may be cut into phases: each gets what the one before it returned, plain data, and
 * nothing else. So a thread forgets between phases how it got there, and far fewer states differ.
 */
export type Body<N extends string> = (words: Readonly<Record<N, ModelWord>>, self: Owners, carried: unknown) => unknown;

export interface Program<N extends string> {
  /** Initial value of each word. */
  readonly words: Readonly<Record<N, number>>;
  /** One body for each thread, or its phases; `self` has the ids 1, 2, 3 ... */
  readonly threads: readonly (Body<N> | readonly Body<N>[])[];
  /** Ids of the threads that may die. */
  readonly mortal?: readonly number[];
  /** True: slices may end at any time, for waits that are interrupted. Such a program must not sleep again after a slice. */
  readonly interrupts?: boolean;
  /**
   * Words that are touched only by the owner of a mutex, with the word of that mutex. This is checked; in return
   * they are no points of interleaving: nobody else can look in between.
   * Source: S. Stoller, "Model-Checking Multi-Threaded Distributed Java Programs" (2002).
   */
  readonly guarded?: Readonly<Partial<Record<NoInfer<N>, NoInfer<N>>>>;
  /** Checked in every state. */
  readonly invariant?: (cells: Cells<N>) => void;
  /** Checked whenever all threads have ended. */
  readonly finally?: (ending: Ending<N>) => void;
  /** More operations than this in the phases that the threads are in: a livelock. Default 200. */
  readonly maxDepth?: number;
}

export interface Explored {
  readonly states: number;
  /** Different states in which all threads had ended. */
  readonly endings: number;
}
