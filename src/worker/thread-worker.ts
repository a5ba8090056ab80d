/**
 * Workers that are threads of this process.
 *
 * The starter claims the thread's record, so that it can name, watch and join a thread that has not booted yet. Messages
 * go over a channel of their own instead of the worker's: a thread that blocks can still take them from the port.
 */
import { isMainThread, type Transferable } from "node:worker_threads";
import type { Realm } from "../memory/realm.js";
import type { ThreadId } from "../memory/thread-table.js";
import { THREAD } from "../pickle/destination.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { visible } from "../platform/words/user-text.js";
import { betweenThreads, joinLineOutput } from "./line-output.js";
import { reserve } from "./reserve.js";
import type { Occupant, ThreadHost, ThreadLimits } from "./thread-host.js";
import { shareCount, unwatch, type Watched, watch } from "./untaken-failures.js";
import type { WorkerExit, WorkerFactory, WorkerHandle, WorkerSpec } from "./worker.js";

export type { ThreadLimits } from "./thread-host.js";

/** Least time between two looks at the system whether a thread is there, in milliseconds. */
const BETWEEN_LOOKS = 200;

export class ThreadWorker implements WorkerHandle, Occupant, Watched {
  readonly name: string;
  readonly id: ThreadId;
  readonly #realm: Realm;
  readonly #spec: WorkerSpec;
  /** What carries it; undefined once nothing of it is left there. */
  #host: ThreadHost | undefined;

  constructor(spec: WorkerSpec, limits?: ThreadLimits, expected?: ThreadHost, hosts = reserve) {
    // A worker that is made now would never boot.
    if ((process as { _exiting?: boolean })._exiting === true) {
      throw new RuntimeError(`Cannot start a thread (${visible(spec.name)}): the program exits`);
    }
    this.#realm = hosts.ground.realm();
    const { threads, allocator, me } = this.#realm;
    shareCount();
    this.#spec = spec;
    this.name = spec.name;
    if (isMainThread) joinLineOutput(betweenThreads());
    this.id = threads.claim({ name: spec.name, daemon: spec.daemon, parent: me }, allocator);
    const { entry, name, data, transfer = [] } = spec;
    try {
      this.#host = hosts.carry({ id: this.id, entry, name, data }, { name, transfer, limits }, this, expected);
    } catch (error) {
      // Nothing runs under the claimed record: whoever looks it up must not wait for it.
      this.#realm.settle(this.id);
      throw error;
    }
    threads.expect(this.id, this.#host.native);
    if (spec.onLook !== undefined) watch(this);
    if (spec.daemon) this.#host.unref();
  }

  post(message: unknown, transfer: readonly Transferable[] = []): void {
    this.#host?.post(message, transfer);
  }

  /** Hears what the thread has said and no event loop has delivered yet. */
  drain(): void {
    this.#host?.drain();
  }

  ref(): void {
    this.#host?.ref();
  }

  unref(): void {
    this.#host?.unref();
  }

  async terminate(): Promise<void> {
    const host = this.#host;
    // A host that rests is free of the thread. One that is about to may still be kept by what the thread left behind.
    if (host === undefined || (host.isConcluding && host.comeToRest())) return;
    await host.terminate();
  }

  onMessage(message: unknown): void {
    this.#spec.onMessage(message);
  }

  look(isLast: boolean): void {
    // It may have died without a word, and the starter may wait for something that only its end brings.
    if (this.#realm.threads.isAlive(this.id)) this.#realm.lookAfter(this.id, BETWEEN_LOOKS);
    this.#spec.onLook?.(isLast);
  }

  onRest(): void {
    unwatch(this);
    this.#host = undefined;
    this.#spec.onExit({ exitcode: 0 });
  }

  onExit(exit: WorkerExit): void {
    unwatch(this);
    this.#host = undefined;
    this.#realm.settle(this.id, exit.exitcode === 0);
    this.#spec.onExit(exit);
  }
}

/**
 * To be called before a thread is made ready to leave, which takes a while: its host boots meanwhile.
 * @returns that host, for the ThreadWorker; undefined if none boots for it, as for one with limits
 */
export function expectThread(
  entry: string,
  name: string,
  limits?: ThreadLimits,
  hosts = reserve,
): ThreadHost | undefined {
  if (limits !== undefined || (process as { _exiting?: boolean })._exiting === true) return undefined;
  return hosts.expect(entry, name);
}

/** Starts threads. */
export const threadWorkers: WorkerFactory = threadWorkersWith(undefined);

/** @returns what starts threads with those limits */
export function threadWorkersWith(limits: ThreadLimits | undefined): WorkerFactory {
  return { destination: THREAD, start: (spec) => new ThreadWorker(spec, limits) };
}
