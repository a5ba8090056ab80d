/**
 * Decides which task is offered next, how many workers there are, and what the death of one means. Decides only: it starts
 * nothing, sends nothing and reads no clock. The pool reports events, carries out the commands it gets back, and takes as
 * many tasks as its line has room for; which worker runs a task is the line's affair.
 *
 *   task:    queued ──next──▶ out ──▶ settled | failed          queued again: one that was lost and may be run again
 *   worker:  starting ──▶ ready ──▶ leaving ──▶ gone            each of the first two may end as: ──▶ stopping ──▶ gone
 *   pool:    open ──▶ closed ──▶ over                           closed: what is queued and out is done, then all leave
 *
 * Invariants, between two events:
 * - there are never more workers than `most`, those that are stopping included: a worker is replaced when it is gone;
 * - while tasks are queued or out there is a worker that will take them, or one that makes room for one that does;
 * - a task that is lost ends, or is queued again, once.
 *
 * A worker that dies before it has done anything was *fruitless*. After three in a row no more are started, until a
 * task settles or, when no worker is left, new work arrives: a pool whose workers cannot start must not try for ever.
 */
import type { WorkerId } from "../channel/line/line.js";
import { Backlog } from "./backlog.js";

export type { WorkerId };

/** Why a task cannot be done: its worker died, or no worker can be had. */
export type Failure = "worker-lost" | "no-worker";

/** What the pool is to do next, in this order. */
export type Command<Task> =
  | { readonly do: "start-worker"; readonly worker: WorkerId }
  | { readonly do: "stop-worker"; readonly worker: WorkerId }
  /** It is to take no more tasks, and to end by itself when it has none. */
  | { readonly do: "let-go"; readonly worker: WorkerId }
  | { readonly do: "fail"; readonly task: Task; readonly because: Failure };

/** What decides about a task. */
export interface Dispatched {
  /** The lowest is taken first. */
  readonly priority: number;
  /** How often it may be run again after its worker has died; counted down here. */
  retries: number;
}

/** How many workers there may be. */
export interface Crowd {
  /** So many there are, whatever there is to do. */
  readonly least: number;
  readonly most: number;
}

interface WorkerRecord {
  state: "starting" | "ready" | "leaving" | "stopping";
  /** Tasks that it has settled. */
  settled: number;
}

/** Workers that may die in a row before they have done anything. */
export const MOST_FRUITLESS = 3;

/** Tasks are told apart by identity; each is submitted once. */
export class Dispatcher<Task extends Dispatched> {
  #crowd: Crowd;
  readonly #mostTasks: number;
  readonly #backlog = new Backlog<Task>();
  readonly #workers = new Map<WorkerId, WorkerRecord>();
  readonly #out = new Set<Task>();
  #closed = false;
  #fruitless = 0;
  #lastWorker: WorkerId = 0;

  /** @param mostTasks a worker that has settled so many is let go */
  constructor(crowd: Crowd, mostTasks = Number.POSITIVE_INFINITY) {
    this.#crowd = crowd;
    this.#mostTasks = mostTasks;
  }

  /** Tasks that wait. */
  get queued(): number {
    return this.#backlog.size;
  }

  /** Tasks that were taken, and are not settled. */
  get out(): ReadonlySet<Task> {
    return this.#out;
  }

  /** The pool begins: its workers start before there is work. */
  opened(): Command<Task>[] {
    return this.#decide([]);
  }

  submitted(task: Task): Command<Task>[] {
    this.#backlog.add(task);
    if (this.#workers.size === 0) this.#fruitless = 0;
    return this.#decide([]);
  }

  /** @returns the task to be offered now; undefined if none waits */
  next(): Task | undefined {
    const task = this.#backlog.take();
    if (task !== undefined) this.#out.add(task);
    return task;
  }

  workerReady(worker: WorkerId): Command<Task>[] {
    const record = this.#workers.get(worker);
    if (record?.state !== "starting") return [];
    record.state = "ready";
    return this.#decide([]);
  }

  /** A task that was out has its outcome. */
  settled(task: Task, worker: WorkerId): Command<Task>[] {
    this.#out.delete(task);
    this.#fruitless = 0;
    const commands: Command<Task>[] = [];
    const record = this.#workers.get(worker);
    if (record !== undefined && ++record.settled >= this.#mostTasks && record.state === "ready")
      commands.push(this.#letGo(worker, record));
    return this.#decide(commands);
  }

  /** @param lost what it worked on; the others have what else it had */
  workerGone(worker: WorkerId, lost: readonly Task[]): Command<Task>[] {
    const record = this.#workers.get(worker);
    if (record === undefined) return [];
    this.#workers.delete(worker);
    const hasEndedByItself = record.state === "starting" || record.state === "ready";
    if (hasEndedByItself && record.settled === 0 && lost.length === 0) this.#fruitless++;
    const commands: Command<Task>[] = [];
    for (const task of lost) this.#judge(task, commands);
    return this.#decide(commands);
  }

  /** @returns true if the task was still queued and is not any more */
  withdrawn(task: Task): boolean {
    return this.#backlog.remove(task);
  }

  /** A task that was out was taken back by the line. */
  takenBack(task: Task): Command<Task>[] {
    this.#out.delete(task);
    return this.#decide([]);
  }

  /** What runs on that worker shall not go on. */
  mustStop(worker: WorkerId): Command<Task>[] {
    const record = this.#workers.get(worker);
    return record === undefined ? [] : this.#stop(worker, record);
  }

  /** That worker shall make room for a fresh one. */
  isWornOut(worker: WorkerId): Command<Task>[] {
    const record = this.#workers.get(worker);
    return record?.state === "ready" ? [this.#letGo(worker, record)] : [];
  }

  /** There shall be so many workers. @param isBusy which of them has work; the others go first */
  resized(crowd: Crowd, isBusy: (worker: WorkerId) => boolean): Command<Task>[] {
    this.#crowd = crowd;
    const commands: Command<Task>[] = [];
    this.#reduceTo(crowd.most, isBusy, true, commands);
    return this.#decide(commands);
  }

  /** There were never more than `needed` tasks for a while. Of the workers beyond that those without work go. */
  slept(needed: number, isBusy: (worker: WorkerId) => boolean): Command<Task>[] {
    const commands: Command<Task>[] = [];
    if (!this.#closed) this.#reduceTo(Math.max(needed, this.#crowd.least), isBusy, false, commands);
    return commands;
  }

  /** No more tasks will come; those that are there are done. */
  closed(): Command<Task>[] {
    this.#closed = true;
    return this.#decide([]);
  }

  /** @returns the tasks that are queued or out */
  unfinished(): Task[] {
    return [...this.#out, ...this.#backlog.all()];
  }

  /** Everything ends now. @returns the tasks that were queued or out; none fails here, the pool tells their callers */
  terminated(): { readonly commands: Command<Task>[]; readonly unfinished: Task[] } {
    this.#closed = true;
    const unfinished = [...this.#out, ...this.#backlog.clear()];
    this.#out.clear();
    const commands = [...this.#workers].flatMap(([worker, record]) => this.#stop(worker, record));
    return { commands, unfinished };
  }

  #decide(commands: Command<Task>[]): Command<Task>[] {
    const demand = this.#backlog.size + this.#out.size;
    if (this.#closed && demand === 0) this.#releaseAll(commands);
    else if (this.#fruitless < MOST_FRUITLESS) this.#refill(demand, commands);
    else if (this.#workers.size === 0) this.#giveUp(commands);
    return commands;
  }

  #judge(task: Task, commands: Command<Task>[]): void {
    this.#out.delete(task);
    if (task.retries <= 0) {
      commands.push({ do: "fail", task, because: "worker-lost" });
      return;
    }
    task.retries--;
    this.#backlog.addFirst(task);
  }

  #refill(demand: number, commands: Command<Task>[]): void {
    const { least, most } = this.#crowd;
    // A closed pool replaces a worker only if somebody waits for it.
    const wanted = this.#closed ? Math.min(most, demand) : Math.max(least, Math.min(most, demand));
    while (this.#workers.size < wanted) {
      const worker = ++this.#lastWorker;
      this.#workers.set(worker, { state: "starting", settled: 0 });
      commands.push({ do: "start-worker", worker });
    }
  }

  #reduceTo(most: number, isBusy: (worker: WorkerId) => boolean, alsoBusy: boolean, commands: Command<Task>[]): void {
    const rank = ([worker, { state }]: [WorkerId, WorkerRecord]): number =>
      state === "starting" ? 0 : isBusy(worker) ? 2 : 1;
    const staying = [...this.#workers].filter(([, { state }]) => state === "starting" || state === "ready");
    const ranked = staying.map((each) => ({ each, rank: rank(each) })).sort((a, b) => a.rank - b.rank);
    for (const { each, rank } of ranked.slice(0, Math.max(staying.length - most, 0))) {
      const [worker, record] = each;
      if (rank === 0) commands.push(...this.#stop(worker, record));
      else if (rank === 1 || alsoBusy) commands.push(this.#letGo(worker, record));
    }
  }

  #releaseAll(commands: Command<Task>[]): void {
    for (const [worker, record] of this.#workers) {
      if (record.state === "starting") commands.push(...this.#stop(worker, record));
      else if (record.state === "ready") commands.push(this.#letGo(worker, record));
    }
  }

  #giveUp(commands: Command<Task>[]): void {
    const all = [...this.#out, ...this.#backlog.clear()];
    this.#out.clear();
    for (const task of all) commands.push({ do: "fail", task, because: "no-worker" });
  }

  #stop(worker: WorkerId, record: WorkerRecord): Command<Task>[] {
    if (record.state === "stopping") return [];
    record.state = "stopping";
    return [{ do: "stop-worker", worker }];
  }

  #letGo(worker: WorkerId, record: WorkerRecord): Command<Task> {
    record.state = "leaving";
    return { do: "let-go", worker };
  }
}
