/**
 * Decides which worker runs which task. Decides only: it starts nothing, sends nothing and reads no clock. The pool
 * reports events and carries out the commands it gets back, whether its workers are threads or processes.
 *
 *   task:    queued ──▶ sent ──▶ settled | failed | cancelled
 *   worker:  starting ──▶ idle ◀──▶ busy              each of them may end as: ──▶ stopping ──▶ gone
 *                           └──▶ leaving ──▶ gone                         also from leaving
 *   pool:    open ──▶ closed            closed: its workers are let go as they run out of work; those that have not begun are stopped
 *
 * Invariants, between two events:
 * - an idle worker and a queued task never exist together;
 * - a worker has one task at most, so its death fails one task;
 * - there are never more workers than `size`, those that are stopping included: a worker is replaced when it is gone;
 * - while tasks are queued there is a worker left that will take them or make room for one that does.
 *
 * A worker that dies before it has done anything was *fruitless*. After three in a row no more are started, until a
 * task settles or, when no worker is left, new work arrives: a pool whose workers cannot start must not try for ever.
 */
import { WorkQueue } from "./work-queue.js";

/** Workers are counted from 1; a number is never used again. */
export type WorkerId = number;

/** Why a task cannot be done: its worker died, or no worker can be had. */
export type Failure = "worker-lost" | "no-worker";

/** What the pool is to do next, in this order. */
export type Command<Task> =
  | { readonly do: "start-worker"; readonly worker: WorkerId }
  | { readonly do: "send"; readonly task: Task; readonly worker: WorkerId }
  | { readonly do: "stop-worker"; readonly worker: WorkerId }
  /** It is to end by itself, and has nothing to do any more but that. */
  | { readonly do: "let-go"; readonly worker: WorkerId }
  | { readonly do: "fail"; readonly task: Task; readonly because: Failure };

interface WorkerRecord<Task> {
  state: "starting" | "idle" | "busy" | "leaving" | "stopping";
  /** While busy. */
  task: Task | undefined;
  /** True once it has settled a task. */
  fruitful: boolean;
}

/** Workers that may die in a row before they have done anything. */
export const MOST_FRUITLESS = 3;

/** Tasks are whatever the pool likes, told apart by identity; each is submitted once. */
export class Dispatcher<Task> {
  readonly #size: number;
  readonly #queue = new WorkQueue<Task>();
  readonly #workers = new Map<WorkerId, WorkerRecord<Task>>();
  /** A stack: the worker that was busy last is the warmest. */
  readonly #idle: WorkerId[] = [];
  readonly #workerOf = new Map<Task, WorkerId>();
  #closed = false;
  #starting = 0;
  #fruitless = 0;
  #lastWorker: WorkerId = 0;

  constructor(size: number) {
    this.#size = size;
  }

  /** The pool begins: its workers start before there is work. */
  opened(): Command<Task>[] {
    return this.#decide([]);
  }

  submitted(task: Task): Command<Task>[] {
    this.#queue.add(task);
    if (this.#workers.size === 0) this.#fruitless = 0;
    return this.#decide([]);
  }

  workerReady(worker: WorkerId): Command<Task>[] {
    const record = this.#workers.get(worker);
    if (record?.state !== "starting") return [];
    this.#starting--;
    this.#rest(worker, record);
    return this.#decide([]);
  }

  /** The worker has answered: it has no task any more. */
  settled(worker: WorkerId): Command<Task>[] {
    const record = this.#workers.get(worker);
    if (record === undefined) return [];
    this.#forgetTask(record);
    record.fruitful = true;
    this.#fruitless = 0;
    if (record.state === "busy") this.#rest(worker, record);
    return this.#decide([]);
  }

  workerGone(worker: WorkerId): Command<Task>[] {
    const record = this.#workers.get(worker);
    if (record === undefined) return [];
    this.#workers.delete(worker);
    this.#leaveState(worker, record);
    if ((record.state === "starting" || record.state === "idle") && !record.fruitful) this.#fruitless++;
    const { task } = record;
    this.#forgetTask(record);
    return this.#decide(task === undefined ? [] : [{ do: "fail", task, because: "worker-lost" }]);
  }

  /** @returns true if the task was still queued and is not any more; a task that was sent goes on */
  withdrawn(task: Task): boolean {
    return this.#queue.remove(task);
  }

  /** Nobody wants the task any more: if it runs, its worker is stopped. */
  cancelled(task: Task): Command<Task>[] {
    if (this.withdrawn(task)) return [];
    const worker = this.#workerOf.get(task);
    const record = worker === undefined ? undefined : this.#workers.get(worker);
    if (worker === undefined || record === undefined) return [];
    this.#forgetTask(record);
    return this.#stop(worker, record);
  }

  /** No more tasks will come; those that are there are done. */
  closed(): Command<Task>[] {
    this.#closed = true;
    return this.#decide([]);
  }

  /** Everything ends now; no task fails, the pool has told their callers. */
  terminated(): Command<Task>[] {
    this.#closed = true;
    this.#queue.clear();
    return [...this.#workers].flatMap(([worker, record]) => {
      this.#forgetTask(record);
      return this.#stop(worker, record);
    });
  }

  #decide(commands: Command<Task>[]): Command<Task>[] {
    this.#assign(commands);
    if (this.#closed && this.#queue.size === 0) this.#stopUnneeded(commands);
    else if (this.#fruitless < MOST_FRUITLESS) this.#refill(commands);
    else if (this.#workers.size === 0) this.#giveUp(commands);
    return commands;
  }

  #assign(commands: Command<Task>[]): void {
    while (this.#queue.size > 0 && this.#idle.length > 0) {
      const task = this.#queue.take() as Task;
      const worker = this.#idle.pop() as WorkerId;
      const record = this.#workers.get(worker) as WorkerRecord<Task>;
      record.state = "busy";
      record.task = task;
      this.#workerOf.set(task, worker);
      commands.push({ do: "send", task, worker });
    }
  }

  #refill(commands: Command<Task>[]): void {
    // A closed pool replaces a worker only if somebody waits for it.
    const mostStarting = this.#closed ? this.#queue.size : Infinity;
    while (this.#workers.size < this.#size && this.#starting < mostStarting) {
      const worker = ++this.#lastWorker;
      this.#starting++;
      this.#workers.set(worker, { state: "starting", task: undefined, fruitful: false });
      commands.push({ do: "start-worker", worker });
    }
  }

  #stopUnneeded(commands: Command<Task>[]): void {
    for (const [worker, record] of this.#workers) {
      if (record.state === "starting") commands.push(...this.#stop(worker, record));
      else if (record.state === "idle") commands.push(this.#letGo(worker, record));
    }
  }

  #giveUp(commands: Command<Task>[]): void {
    for (const task of this.#queue.clear()) commands.push({ do: "fail", task, because: "no-worker" });
  }

  #stop(worker: WorkerId, record: WorkerRecord<Task>): Command<Task>[] {
    if (record.state === "stopping") return [];
    this.#leaveState(worker, record);
    record.state = "stopping";
    return [{ do: "stop-worker", worker }];
  }

  #letGo(worker: WorkerId, record: WorkerRecord<Task>): Command<Task> {
    this.#leaveState(worker, record);
    record.state = "leaving";
    return { do: "let-go", worker };
  }

  #rest(worker: WorkerId, record: WorkerRecord<Task>): void {
    record.state = "idle";
    this.#idle.push(worker);
  }

  #leaveState(worker: WorkerId, record: WorkerRecord<Task>): void {
    if (record.state === "starting") this.#starting--;
    if (record.state === "idle") this.#idle.splice(this.#idle.indexOf(worker), 1);
  }

  #forgetTask(record: WorkerRecord<Task>): void {
    if (record.task === undefined) return;
    this.#workerOf.delete(record.task);
    record.task = undefined;
  }
}
