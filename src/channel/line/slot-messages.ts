/**
 * What both ends of a line in memory say to each other by message: bells, and what no bytes can stand for. A payload goes to
 * whoever has claimed the task, which asks for it; an outcome is posted before the slot that announces it is published, so
 * it is heard also if the worker dies in between.
 *
 *   worker:  wants payload ─▶ owner: payload          wants function ─▶ function          outcome          bell
 *   owner:   forget      interrupt      bell
 */
import type { WireError } from "../../pickle/wire-error.js";
import type { FunctionId } from "./line.js";

/** Somebody may have something for the other side. */
export const BELL = 0;

/** Names a task: each has another one. */
export type Serial = number;

export type ToEnd =
  | typeof BELL
  | { readonly slot: "payload"; readonly serial: Serial; readonly body: unknown }
  | { readonly slot: "function"; readonly fn: FunctionId; readonly body: unknown }
  /** They are defined no more. */
  | { readonly slot: "forget"; readonly fns: readonly FunctionId[] }
  /** The flag of that task was raised. */
  | { readonly slot: "interrupt"; readonly serial: Serial };

export type ToOwner =
  | typeof BELL
  | { readonly slot: "wants-payload"; readonly serial: Serial }
  | { readonly slot: "wants-function"; readonly fn: FunctionId }
  | { readonly slot: "outcome"; readonly serial: Serial; readonly value: { readonly body: unknown } }
  | { readonly slot: "outcome"; readonly serial: Serial; readonly wire: WireError };

/** What a worker's end is made from. */
export interface Invitation {
  readonly kind: "slots";
  readonly line: number;
  readonly seat: number;
  readonly worker: number;
}

/** @returns whether the message is one of the line's */
export function isOfLine(message: unknown): message is ToEnd | ToOwner {
  return message === BELL || (typeof message === "object" && message !== null && "slot" in message);
}
