/**
 * What the hosts of threads stand on: the platform's threads and channels, the memory in which threads are known, and timers.
 * Who makes hosts is given it: the explorer runs them on a ground that does, step by step, what it chooses.
 */
import {
  MessageChannel,
  type MessagePort,
  receiveMessageOnPort,
  Worker,
  type WorkerOptions,
} from "node:worker_threads";
import { Patience } from "../memory/patience.js";
import { processRealm } from "../memory/process-realm.js";
import type { Realm } from "../memory/realm.js";
import { SharedWord, type Word } from "../memory/word.js";
import { type NativeThread, threadStartedBy } from "../platform/engine/native-thread.js";
import { clearTimer, setTimer } from "../platform/waiting/timers.js";

export interface Ground {
  readonly realm: () => Realm;
  /** Starts a thread of the platform with the boot file of hosts. @throws what `new Worker` throws */
  readonly start: (options: WorkerOptions) => { worker: Worker; native: NativeThread };
  readonly channel: () => MessageChannel;
  readonly receive: (port: MessagePort) => { message: unknown } | undefined;
  /** @returns the first of the cells, which tells a host's state */
  readonly state: (cells: Int32Array) => Word;
  readonly setTimer: typeof setTimer;
  readonly clearTimer: typeof clearTimer;
}

/** The file that a host starts with. */
const BOOT = new URL("./thread-boot.cjs", import.meta.url);

/** How long the waits for hosts that come to rest look before they sleep. */
const patience = new Patience();

export const PLATFORM: Ground = {
  realm: processRealm,
  start: (options) => {
    let worker: Worker | undefined;
    const native = threadStartedBy(() => {
      worker = new Worker(BOOT, options);
    });
    return { worker: worker!, native };
  },
  channel: () => new MessageChannel(),
  receive: receiveMessageOnPort,
  state: (cells) => new SharedWord(cells, 0, patience),
  setTimer,
  clearTimer,
};
