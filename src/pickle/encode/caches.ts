/**
 * WeakMaps and WeakSets that a closure of a package has: they remember what was found out of objects. What cannot be listed
 * need not go along: the receiver's closure gets an empty one, and finds it out again. Where a class keeps the private state of
 * its objects in one, that goes with the objects (see weak-state.ts); other state that is nowhere else is lost.
 */
import * as types from "node:util/types";
import type { PacketNode } from "../packet.js";

const caches = new WeakSet<object>();

/** Notes that a closure of a package has it in a variable, if it is a WeakMap or WeakSet. */
export function noteCache(value: unknown): void {
  if (types.isWeakMap(value) || types.isWeakSet(value)) caches.add(value);
}

/** @returns the node of such a WeakMap or WeakSet, or undefined if it is none */
export function encodeCache(object: object): PacketNode | undefined {
  if (!caches.has(object)) return undefined;
  return { t: "made", by: types.isWeakMap(object) ? "new WeakMap" : "new WeakSet", args: [] };
}
