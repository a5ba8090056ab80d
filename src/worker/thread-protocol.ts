/** What a host of threads and its starter tell each other. */
import type { MessagePort } from "node:worker_threads";
import type { ThreadId } from "../memory/thread-table.js";
import { SharedWord } from "../memory/word.js";
import type { NativeThread } from "../platform/engine/native-thread.js";

/** States of a host; see thread-host.ts. */
export const HostState = {
  BUSY: 0,
  CONCLUDING: 1,
  RESTING: 2,
  /** It was started with nobody to carry. */
  BOOTING: 3,
  /** As BOOTING, and there will be somebody at once. */
  AWAITED: 4,
} as const;

/** One thread that a host is to carry. */
export interface ThreadBirth {
  readonly id: ThreadId;
  readonly entry: string;
  readonly name: string;
  readonly data: unknown;
}

/** What the boot file finds in its `workerData`. */
export interface ThreadBoot {
  readonly entry: string;
  readonly port: MessagePort;
  readonly cell: Int32Array;
  /** Those of the hosts that its starter is in, the outermost first. */
  readonly above: readonly Int32Array[];
  readonly birth: ThreadBirth | undefined;
  readonly reusable: boolean;
  /** The `process.argv` of the program. */
  readonly argv: readonly string[];
}

export type ToHost =
  | { readonly birth: ThreadBirth }
  | { readonly message: unknown }
  /** It will be terminated; its processes are to end first. */
  | { readonly end: true };

export type ToStarter =
  | { readonly kind: "message"; readonly message: unknown }
  /** The run is over and has left nothing behind. The last message about that thread. */
  | { readonly kind: "rests" };

/** Where a host's state word is, and after it which thread of the system it is: tid 0 while that is not known. */
const TID = 1;
const BORN = 2;
/** How many processes have been started in it and below (family/processes-below.ts). */
const PROCESSES = 3;
/** Their ids, in any order; 0: none. */
const PIDS = 4;
export const MOST_PIDS = 124;

/** @returns the memory that a host and its starter share */
export function hostCell(state: number): Int32Array {
  const cell = new Int32Array(new SharedArrayBuffer(4 * (PIDS + MOST_PIDS)));
  cell[0] = state;
  return cell;
}

export function processesWord(cell: Int32Array): SharedWord {
  return new SharedWord(cell, PROCESSES);
}

export function pidWord(cell: Int32Array, index: number): SharedWord {
  return new SharedWord(cell, PIDS + index);
}

/** The starter has found out which thread the host is. */
export function tellNative(cell: Int32Array, { tid, born }: NativeThread): void {
  new SharedWord(cell, BORN).store(born);
  // Last: a host that sees it sees the birth as well.
  new SharedWord(cell, TID).store(tid);
}

/** @returns what the starter has told, or tid 0 */
export function toldNative(cell: Int32Array): NativeThread {
  const tid = new SharedWord(cell, TID).load();
  return { tid, born: new SharedWord(cell, BORN).load() };
}
