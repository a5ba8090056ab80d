/** What threads and the depot say to each other, each thread over a BroadcastChannel that it shares with the depot only. */
import type { NativeThread } from "../platform/engine/native-thread.js";

/** What the heap's word DEPOT says, in its lowest bits. Above them: of READY which depot, of FAILED the system's errno or 0. */
export const DepotState = {
  /** The main thread has not joined the heap: nobody would start a depot. */
  NOBODY: 0,
  OFFERED: 1,
  WANTED: 2,
  STARTING: 3,
  READY: 4,
  FAILED: 5,
} as const;

const PHASE_BITS = 3;

/** @returns the state that the word says */
export function phaseOf(word: number): number {
  return word & ((1 << PHASE_BITS) - 1);
}

/** @returns what the word says besides: the thread id of a depot that is READY, the errno of one that FAILED */
export function detailOf(word: number): number {
  return word >> PHASE_BITS;
}

export function withDetail(phase: number, detail: number): number {
  return phase | (detail << PHASE_BITS);
}

/** Names one deposit, in the whole life of the process: who made it, and its how-manieth it is. */
export type Ticket = string;

export const BELL_WORDS = 3;

/** In the lobby: a thread that the depot shall listen to. */
export interface Hello {
  /** Name of the channel. */
  readonly channel: string;
  /** BELL_WORDS: a word that rings when there is an answer, and which native thread the depot is. */
  readonly bell: Int32Array<SharedArrayBuffer>;
  readonly native: NativeThread;
}

export type ToDepot =
  | { readonly type: "put"; readonly ticket: Ticket; readonly body: unknown }
  | { readonly type: "take"; readonly ticket: Ticket }
  | { readonly type: "drop"; readonly tickets: readonly Ticket[] };

/** The answer to `take`. */
export interface FromDepot {
  readonly found: boolean;
  readonly body: unknown;
}

/** What the depot is started with. */
export interface DepotBoot {
  readonly state: Int32Array<SharedArrayBuffer>;
  readonly index: number;
  readonly lobby: string;
}

/** @returns the name of the channel for `Hello` */
export function lobbyOf(heapId: number): string {
  return `heddle.depot.${heapId}`;
}
