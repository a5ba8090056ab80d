/** Payloads that no bytes can stand for: kept by the owner as they are at the call, and posted to whoever has claimed the task. */
import type { Transferable } from "node:worker_threads";
import { THREAD } from "../../pickle/destination.js";
import { PickleError } from "../../pickle/errors.js";
import { pack } from "../../pickle/pickle.js";
import { displayHead } from "../../platform/words/display.js";
import type { WriteOptions } from "./line.js";

/** What is posted. */
export interface Held {
  readonly body: unknown;
  readonly transfer: readonly Transferable[];
}

const { structuredClone } = globalThis;

/**
 * Takes a payload as it is now: copies what is copied, and moves what moves.
 * @throws {PickleError} if it cannot travel
 */
export function hold(payload: unknown, { name, transfer }: WriteOptions): Held {
  const packed = pack(payload, { to: THREAD, name, ...(transfer && { transfer }) });
  const held: Held = { body: packed.body, transfer: packed.transfer };
  try {
    return structuredClone(held, { transfer: held.transfer as never });
  } catch (cause) {
    throw new PickleError(`Cannot send ${name}: ${displayHead(cause)}`, name, { cause });
  }
}
