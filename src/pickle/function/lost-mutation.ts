/**
 * Warns of `results.push(x)` and `config.n = 1` on captured data: the function gets a copy, and what it does to that stays
 * there. Once per place in the source.
 */
import { types } from "node:util";
import type { Encoding } from "../encode/encoding.js";
import { registrationFor } from "../registry.js";
import type { Facts } from "./facts.js";
import { whereIs } from "./where.js";

/** The warning's code, for `process.on("warning")` and `--disable-warning`. */
const CODE = "HEDDLE_LOST_MUTATION";

const warned = new Set<string>();

/** Warns if the function changes `value`, which it captures under this name and which travels as a copy. */
export function warnOfLostMutation(encoding: Encoding, facts: Facts, name: string, value: unknown): void {
  const at = facts.analysis.mutated.get(name);
  if (at === undefined || !isCopied(encoding, value)) return;
  const place = whereIs(facts, at);
  if (warned.has(place + name)) return;
  warned.add(place + name);
  process.emitWarning(
    `The function changes '${name}'${place}, but works on a copy of it: the change does not come back. ` +
      "Return the result, put it on a Queue, or use a Value, SharedArray or SharedDict",
    { type: "HeddleWarning", code: CODE },
  );
}

function isCopied(encoding: Encoding, value: unknown): boolean {
  if (typeof value !== "object" || value === null || encoding.moved.has(value)) return false;
  if (types.isProxy(value) || registrationFor(value) !== undefined) return false;
  if (types.isSharedArrayBuffer(value)) return false;
  return !ArrayBuffer.isView(value) || !types.isSharedArrayBuffer(value.buffer);
}
