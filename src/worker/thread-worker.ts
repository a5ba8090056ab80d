/**
 * Workers that are threads of this process.
 *
 * The starter claims the thread's record, so that it can name, watch and join a thread that has not booted yet. Messages
 * go over a channel of their own instead of the worker's: a thread that blocks can still take them from the port.
 */
import { MessageChannel, type MessagePort, receiveMessageOnPort, type Transferable, Worker } from "node:worker_threads";
import { processHeap } from "../memory/process-heap.js";
import type { ThreadId } from "../memory/thread-table.js";
import type { WorkerFactory, WorkerHandle, WorkerSpec } from "./worker.js";

const BOOT = new URL("./thread-boot.js", import.meta.url);

/** What the boot file of a thread finds in its `workerData`. */
export interface ThreadBirth {
  readonly id: ThreadId;
  readonly entry: string;
  readonly name: string;
  readonly data: unknown;
  readonly port: MessagePort;
}

/** Limits of a thread's heap and stack, in megabytes. */
export interface ThreadLimits {
  readonly maxOldGenerationSizeMb?: number;
  readonly maxYoungGenerationSizeMb?: number;
  readonly codeRangeSizeMb?: number;
  readonly stackSizeMb?: number;
}

export class ThreadWorker implements WorkerHandle {
  readonly name: string;
  readonly id: ThreadId;
  readonly #spec: WorkerSpec;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #error: unknown;
  #gone = false;

  constructor(spec: WorkerSpec, limits?: ThreadLimits) {
    const { threads, allocator, me } = processHeap();
    this.#spec = spec;
    this.name = spec.name;
    this.id = threads.claim({ name: spec.name, daemon: spec.daemon, parent: me }, allocator);
    const { port1, port2 } = new MessageChannel();
    const { entry, name, data, transfer = [] } = spec;
    const birth: ThreadBirth = { id: this.id, entry, name, data, port: port2 };
    try {
      this.#worker = new Worker(BOOT, {
        workerData: birth,
        transferList: [port2, ...transfer],
        name,
        ...(limits === undefined ? {} : { resourceLimits: limits }),
      });
    } catch (error) {
      // Nothing runs under the claimed record: whoever looks it up must not wait for it.
      processHeap().settle(this.id);
      port1.close();
      throw error;
    }
    this.#port = port1;
    this.#listen();
  }

  post(message: unknown, transfer: readonly Transferable[] = []): void {
    if (!this.#gone) this.#port.postMessage(message, transfer);
  }

  /** Takes one message without any event loop. @returns undefined if none has come */
  receive(): { message: unknown } | undefined {
    return receiveMessageOnPort(this.#port) as { message: unknown } | undefined;
  }

  ref(): void {
    this.#worker.ref();
  }

  unref(): void {
    this.#worker.unref();
  }

  async terminate(): Promise<void> {
    await this.#worker.terminate();
  }

  #listen(): void {
    this.#port.on("message", this.#spec.onMessage);
    this.#port.unref(); // the worker's own handle decides about the life of the loop
    if (this.#spec.daemon) this.#worker.unref();
    this.#worker.on("error", (error) => {
      this.#error = error;
    });
    this.#worker.on("exit", (code) => this.#onExit(code));
  }

  #onExit(exitcode: number): void {
    for (let last = this.receive(); last !== undefined; last = this.receive()) this.#spec.onMessage(last.message);
    this.#gone = true;
    this.#port.close();
    processHeap().settle(this.id);
    this.#spec.onExit(this.#error === undefined ? { exitcode } : { exitcode, error: this.#error });
  }
}

/** Starts threads. */
export const threadWorkers: WorkerFactory = {
  destination: "thread",
  start: (spec) => new ThreadWorker(spec),
};
