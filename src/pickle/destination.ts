/**
 * Where a value goes, as what it has in common with the sender. What may travel, and as what, follows from these alone: nobody
 * asks what kind of worker it is. Another kind is another constant.
 */
import type { Reach } from "../memory/realm.js";

/** It travels in messages itself. */
export interface Destination {
  /** Memory that reaches as far as this is there, too; undefined: none is. */
  readonly shares: Reach | undefined;
  /** The engine clones messages: views keep their buffer, and what only the engine can copy arrives. Else they are bytes. */
  readonly clones: boolean;
  /** What has one owner, such as a port, can be handed over. */
  readonly transfers: boolean;
  /** The address of a file is that of the same file there. */
  readonly sameFiles: boolean;
}

/** A thread of this process. */
export const THREAD: Destination = { shares: "process", clones: true, transfers: true, sameFiles: true };

/** A process of this machine. */
export const PROCESS: Destination = { shares: "machine", clones: false, transfers: false, sameFiles: true };

const FARTHER: readonly Reach[] = ["thread", "process", "machine"];

/** @returns whether memory that reaches so far is there, too */
export function isThere(reach: Reach, { shares }: Destination): boolean {
  return shares !== undefined && FARTHER.indexOf(reach) >= FARTHER.indexOf(shares);
}

/** @returns where those are who have all memory that reaches so far */
export function havingAll(reach: Reach): Destination {
  return isThere(reach, PROCESS) ? PROCESS : THREAD;
}
