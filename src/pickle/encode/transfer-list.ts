/** What may stand in a `transfer` list: the engine's own errors say neither which item is wrong nor what to do. */
import * as types from "node:util/types";
import { isDetached, viewKind } from "../builtins/internal-state.js";
import type { Destination } from "../destination.js";
import { PickleError } from "../errors.js";
import { foreignState, hiddenState } from "./hidden-state.js";

/** @throws {PickleError} if an item cannot be transferred; `path` names it, as in `transfer[0]` */
export function checkTransfer(transfer: readonly unknown[], to: Destination): void {
  if (!to.transfers && transfer.length > 0)
    throw new PickleError(
      "Cannot send transfer[0]: nothing is handed over to there. Leave it out: it is copied",
      "transfer[0]",
    );
  const seen = new Set<unknown>();
  for (const [index, item] of transfer.entries()) {
    const problem = seen.has(item) ? "it is in the list already. List it once" : problemOf(item);
    if (problem !== undefined)
      throw new PickleError(`Cannot send transfer[${index}]: ${problem}`, `transfer[${index}]`);
    seen.add(item);
  }
}

function problemOf(item: unknown): string | undefined {
  if (typeof item === "function")
    return "it is a function, which cannot be transferred. Leave it out: it travels as a value";
  if (typeof item !== "object" || item === null) return `it is ${nameOf(item)}, which is copied anyway. Leave it out`;
  if (ArrayBuffer.isView(item)) return `it is a ${viewKind(item)}, which cannot be transferred itself. List its buffer`;
  if (types.isSharedArrayBuffer(item)) return "it is a SharedArrayBuffer, which is shared and not moved. Leave it out";
  if (types.isArrayBuffer(item)) {
    return isDetached(item)
      ? "it is a detached ArrayBuffer, which was transferred before. List each buffer once"
      : undefined;
  }
  if (item instanceof MessagePort || isMovable(item)) return undefined;
  // Node's own objects know themselves whether they can.
  const isUsers = isOfLanguage(item) || foreignState(item) === undefined;
  return isUsers
    ? "nothing of it can be transferred. List ArrayBuffers, MessagePorts and streams, and leave it out"
    : undefined;
}

function nameOf(item: unknown): string {
  return item === null || item === undefined ? String(item) : `a ${typeof item}`;
}

function isOfLanguage(object: object): boolean {
  if (hiddenState(object) !== undefined || Array.isArray(object) || types.isNativeError(object)) return true;
  return [types.isMap, types.isSet, types.isDate, types.isRegExp, types.isBoxedPrimitive].some((test) => test(object));
}

/** What Node can transfer has methods for that under symbols of this name. */
function isMovable(object: object): boolean {
  if (types.isProxy(object)) return false;
  for (let each: object | null = object; each !== null; each = Object.getPrototypeOf(each)) {
    const symbols = Object.getOwnPropertySymbols(each);
    if (symbols.some((symbol) => symbol.description === "messaging_transfer_symbol")) return true;
  }
  return false;
}
