/**
 * Workers that live in this thread, for tests that decide when what happens: the entry module is the real one, the
 * channel is a microtask queue, `process.exit` in a task ends the fake worker only.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { THREAD } from "#heddle/pickle/destination.js";
import { main } from "#heddle/pool/pool-worker.js";
import type { WorkerContext, WorkerExit, WorkerFactory, WorkerHandle, WorkerSpec } from "#heddle/worker/worker.js";

/** The worker that the calling code runs in, however many turns later. */
const running = new AsyncLocalStorage<FakeWorker>();
const { exit } = process;
process.exit = (code) => {
  const worker = running.getStore();
  if (worker === undefined) return exit(code);
  // What it had set a timer for would have ended with it.
  if (!worker.alive) return undefined as never;
  worker.die({ exitcode: Number(code ?? 0) });
  throw EXITED;
};

type Handler = (message: unknown) => void;

/** Thrown by the fake `process.exit`, which must not return. */
const EXITED = new Error("the fake worker has exited");

/** As the structured clone of the real channels, but for functions: the stub of pickle cannot render them. */
function clone(message: unknown): unknown {
  const { define, ...rest } = message as { define?: unknown };
  return define === undefined ? structuredClone(rest) : { ...structuredClone(rest), define };
}

export class FakeWorker implements WorkerHandle {
  readonly name: string;
  /** What the pool has posted, newest last. */
  readonly posted: unknown[] = [];
  alive = true;
  referenced = true;
  terminations = 0;
  readonly #spec: WorkerSpec;
  #handler: Handler = () => {};

  constructor(spec: WorkerSpec) {
    this.name = spec.name;
    this.#spec = spec;
  }

  /** Runs the entry module. */
  boot(): void {
    const context: WorkerContext = {
      name: this.name,
      post: (message) => {
        const copy = clone(message);
        queueMicrotask(() => this.alive && this.#spec.onMessage(copy));
      },
      flush: async () => {},
      onMessage: (handler) => {
        this.#handler = handler;
      },
      ref: () => {},
      // Nothing else keeps it.
      unref: () => this.die({ exitcode: 0 }),
    };
    if (this.alive) main(context, this.#spec.data);
  }

  post(message: unknown): void {
    if (!this.alive) return;
    const copy = clone(message);
    this.posted.push(copy);
    queueMicrotask(() => this.alive && this.#deliver(copy));
  }

  ref(): void {
    this.referenced = true;
  }

  unref(): void {
    this.referenced = false;
  }

  async terminate(): Promise<void> {
    this.terminations++;
    this.die({ exitcode: 1 });
  }

  /** Ends the worker; its starter hears of it in a later microtask, as from a real one. */
  die(exit: WorkerExit): void {
    if (!this.alive) return;
    this.alive = false;
    queueMicrotask(() => this.#spec.onExit(exit));
  }

  #deliver(message: unknown): void {
    running.run(this, () => this.#handler(message));
  }
}

/** Starts fake workers; `boot` tells what happens to each. */
export class FakeFactory implements WorkerFactory {
  readonly destination = THREAD;
  /** All workers ever started, in order. */
  readonly workers: FakeWorker[] = [];
  readonly #boot: (worker: FakeWorker, n: number) => void;

  /** @param boot called in a microtask after the start of the n-th worker, counted from 1 */
  constructor(boot: (worker: FakeWorker, n: number) => void = (worker) => worker.boot()) {
    this.#boot = boot;
  }

  get living(): FakeWorker[] {
    return this.workers.filter((worker) => worker.alive);
  }

  start(spec: WorkerSpec): FakeWorker {
    const worker = new FakeWorker(spec);
    const n = this.workers.push(worker);
    queueMicrotask(() => this.#boot(worker, n));
    return worker;
  }
}
