/**
 * What the two ends of a line of messages say to each other.
 *
 *   owner:   tasks ─────────▶ tasks ─▶ interrupt ─▶ give-back ─▶ forget
 *   worker:         outcome, outcome ...                 given-back
 *
 * A worker runs what it is given in that order. It posts an outcome before it begins the next task: so the first that has
 * none, of those that it was given, is the one that it works on, and the only one that is lost with it.
 */
import type { Destination } from "../../pickle/destination.js";
import type { WireError } from "../../pickle/wire-error.js";
import type { Form, FunctionId } from "./line.js";

/** How a payload or a result is written. */
export const Writing = {
  /** By the pickler. */
  PACKED: 0,
  /** As it is. */
  PLAIN: 1,
  /** An array of numbers, as a Float64Array. */
  NUMBERS: 2,
} as const;
export type Writing = (typeof Writing)[keyof typeof Writing];

/** Handed to the worker's end at its start. */
export interface MessageInvitation {
  readonly kind: "messages";
  /** Where outcomes go: what may travel out of a thread may not out of a process. */
  readonly to: Destination;
}

/** One task: where it is written, its function, how that is called, how the payload is written, the payload. */
export type TaskMessage = readonly [place: number, fn: FunctionId, form: Form, writing: Writing, payload: unknown];

export type ToEnd =
  | {
      readonly line: "tasks";
      readonly tasks: readonly TaskMessage[];
      /** Functions that the worker has not had yet. */
      readonly define?: readonly (readonly [FunctionId, unknown])[];
    }
  | { readonly line: "interrupt"; readonly place: number }
  /** What has not begun is to be given back. */
  | { readonly line: "give-back" }
  | { readonly line: "forget"; readonly fn: FunctionId };

export type FromEnd =
  | {
      readonly line: "done";
      readonly place: number;
      readonly writing: Writing;
      readonly value: unknown;
      readonly ran: number;
    }
  | { readonly line: "failed"; readonly place: number; readonly error: WireError; readonly ran: number }
  | { readonly line: "given-back"; readonly places: readonly number[] };
