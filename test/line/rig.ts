/** A line in memory over real threads, with as little above it as tasks need: a promise for each, a backlog, replacements. */
import type { Transferable } from "node:worker_threads";
import { Form, type FunctionId, type LineTask, type TaskError, type WorkerId } from "#heddle/channel/line/line.js";
import { SlotLine } from "#heddle/channel/line/slot-line.js";
import { processRealm } from "#heddle/memory/process-realm.js";
import { pack, THREAD } from "#heddle/pickle/pickle.js";
import { fromWire } from "#heddle/pickle/wire-error.js";
import { threadWorkers } from "#heddle/worker/thread-worker.js";
import type { WorkerHandle } from "#heddle/worker/worker.js";

const ENTRY = new URL("./rig-worker.js", import.meta.url).href;

/** What a task of a dead worker fails with. */
export class Lost extends Error {}

type Fn = (...args: never[]) => unknown;

export class Task implements LineTask {
  place = -1;
  outcomes = 0;
  /** Who has done it. */
  worker: WorkerId | undefined;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
  readonly promise: Promise<unknown>;
  constructor() {
    const { promise, resolve, reject } = withResolvers();
    this.promise = promise;
    this.resolve = resolve;
    this.reject = reject;
  }
}

function withResolvers() {
  let resolve!: (value: unknown) => void;
  let reject!: (error: unknown) => void;
  const promise = new Promise<unknown>((a, b) => {
    resolve = a;
    reject = b;
  });
  return { promise, resolve, reject };
}

export interface Options {
  readonly form?: Form;
  readonly transfer?: Transferable[];
  readonly again?: boolean;
}

export class Rig implements AsyncDisposable {
  readonly line: SlotLine<Task>;
  readonly handles = new Map<WorkerId, WorkerHandle>();
  /** Those that are up. */
  readonly joined = new Set<WorkerId>();
  onDone: () => void = () => {};
  readonly ready: Promise<void>[] = [];
  readonly lost: Task[] = [];
  runs: number[] = [];
  onLost: (task: Task) => void = (task) => {
    this.line.drop(task);
    task.reject(new Lost("lost"));
  };
  readonly #fns = new Map<Fn, FunctionId>();
  readonly #backlog: Task[] = [];
  #at = 0;
  #nextWorker = 1;
  #exits: Promise<void>[] = [];
  /** Neither a line nor its workers keep the program alive. */
  readonly #alive = setInterval(() => {}, 1000);
  isReplacing = false;
  #isClosing = false;

  constructor(workers: number, mostTasks?: number) {
    this.line = new SlotLine<Task>(processRealm(), {
      done: (task, value, worker, ran) => {
        task.outcomes++;
        task.worker = worker;
        this.runs.push(ran);
        task.resolve(value);
        this.onDone();
      },
      failed: (task, error: TaskError) => {
        task.outcomes++;
        task.reject("wire" in error ? fromWire(error.wire, undefined) : error.error);
      },
      room: () => this.#refill(),
    });
    for (let i = 0; i < workers; i++) this.start(mostTasks);
  }

  start(mostTasks?: number): WorkerId {
    const worker = this.#nextWorker++;
    const data = this.line.invite(worker);
    let isReady!: () => void;
    this.ready.push(new Promise((resolve) => (isReady = resolve)));
    let isGone!: () => void;
    this.#exits.push(new Promise((resolve) => (isGone = resolve)));
    const handle = threadWorkers.start({
      ...{ entry: ENTRY, data, name: `worker ${worker}`, daemon: true },
      onMessage: (message) => {
        if (message !== "ready") return this.line.heard(worker, message);
        isReady();
        this.joined.add(worker);
        this.line.joined(worker, handle, mostTasks);
      },
      onExit: () => {
        this.handles.delete(worker);
        this.joined.delete(worker);
        for (const task of this.line.gone(worker)) {
          this.lost.push(task);
          this.onLost(task);
        }
        isReady();
        isGone();
        if (this.isReplacing && !this.#isClosing) this.start(mostTasks);
      },
    });
    this.handles.set(worker, handle);
    return worker;
  }

  define(fn: Fn): FunctionId {
    let id = this.#fns.get(fn);
    if (id === undefined) this.#fns.set(fn, (id = this.line.define(pack(fn, { to: THREAD, name: "fn" }))));
    return id;
  }

  forget(fn: Fn): void {
    this.line.forget(this.#fns.get(fn)!);
    this.#fns.delete(fn);
  }

  submit(fn: Fn, payload: unknown, { form = Form.ONE, transfer, again }: Options = {}): Task {
    const task = new Task();
    this.line.write(task, this.define(fn), form, payload, { name: "args", transfer, again });
    this.offer(task);
    return task;
  }

  run(fn: Fn, payload?: unknown, options?: Options): Promise<unknown> {
    return this.submit(fn, payload, options).promise;
  }

  offer(task: Task): void {
    if (this.#at === this.#backlog.length && this.line.room > 0) this.line.offer(task);
    else this.#backlog.push(task);
  }

  #refill(): void {
    while (this.#at < this.#backlog.length && this.line.room > 0) {
      const task = this.#backlog[this.#at++]!;
      if (task.place >= 0) this.line.offer(task); // else it was taken back
    }
    if (this.#at === this.#backlog.length) this.#backlog.length = this.#at = 0;
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.line.close();
    for (const handle of this.handles.values()) void handle.terminate();
    await Promise.all(this.#exits);
    clearInterval(this.#alive);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
