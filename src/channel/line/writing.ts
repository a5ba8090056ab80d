/** How payloads and results are written: most are primitives, or lists of them, and need no pickler. */
import type { Transferable } from "node:worker_threads";
import type { Destination } from "../../pickle/destination.js";
import { pack, settled, unpack } from "../../pickle/pickle.js";
import { Form, type WriteOptions } from "./line.js";
import { Writing } from "./message-protocol.js";

/** A value, ready to be posted. */
export interface Written {
  readonly writing: Writing;
  readonly body: unknown;
  readonly transfer: readonly Transferable[];
}

/** With fewer numbers an array is as fast. */
const MANY = 16;
const NONE: readonly Transferable[] = [];

/** @returns the payload as it is now, whenever it is posted @throws {PickleError} if it cannot travel */
export function writePayload(
  payload: unknown,
  form: Form,
  to: Destination,
  { name, transfer = NONE }: WriteOptions,
): Written {
  if (transfer.length > 0) return moved(pack(payload, { to, name, transfer }));
  const simple = form === Form.ONE ? primitive(payload) : primitives(payload as unknown[]);
  if (simple !== undefined) return simple;
  const { body, transfer: found } = settled(pack(payload, { to, name }));
  return { writing: Writing.PACKED, body, transfer: found };
}

/** @returns a result, to be posted at once @throws {PickleError} if it cannot travel */
export function writeResult(value: unknown, form: Form, to: Destination): Written {
  const isList = form === Form.EACH || form === Form.EACH_SPREAD;
  const simple = isList && Array.isArray(value) ? primitives(value) : primitive(value);
  if (simple !== undefined) return simple;
  const { body, transfer } = pack(value, { to, name: "result" });
  return { writing: Writing.PACKED, body, transfer };
}

/** @throws what the rebuilding throws */
export function read(writing: Writing, body: unknown): unknown {
  if (writing === Writing.PLAIN) return body;
  return writing === Writing.NUMBERS ? Array.from(body as Float64Array) : unpack(body);
}

function primitive(value: unknown): Written | undefined {
  return isPrimitive(value) ? { writing: Writing.PLAIN, body: value, transfer: NONE } : undefined;
}

/** @param list made here: nothing but items is in it */
function primitives(list: readonly unknown[]): Written | undefined {
  if (list.length >= MANY && list.every((item) => typeof item === "number"))
    return { writing: Writing.NUMBERS, body: Float64Array.from(list as readonly number[]), transfer: NONE };
  return list.every(isPrimitive) ? { writing: Writing.PLAIN, body: list, transfer: NONE } : undefined;
}

function isPrimitive(value: unknown): boolean {
  const type = typeof value;
  return value === null || (type !== "object" && type !== "function" && type !== "symbol");
}

/** What moves is gone from here at once, not when the message is posted. */
function moved({ body, transfer }: { body: unknown; transfer: readonly Transferable[] }): Written {
  const kept = structuredClone({ body, transfer }, { transfer: transfer as never[] });
  return { writing: Writing.PACKED, body: kept.body, transfer: kept.transfer };
}
