/**
 * The core of every pool: runs tasks on workers, and tells their sinks what became of them. What is to be done next is
 * decided by the dispatcher; tasks reach the workers over a line; the crew starts and ends them.
 *
 *   running ──▶ closed ──▶ terminated      closed: what was launched is done, then the workers end by themselves
 *      │ └───────────────────▶ ▲           terminated: unfinished tasks fail, the workers are stopped
 *      └──▶ broken ────────────┘           broken: an initializer has failed; every task fails with that, from now on
 *
 * Invariant: a sink hears once, whatever dies; and never before `launch` has returned.
 */
import type { Form, Line, LineEvents, TaskError, WorkerId } from "../channel/line/line.js";
import { Deferred } from "../future/deferred.js";
import { waitFor, waitThrough } from "../future/wait-for.js";
import type { Destination } from "../pickle/destination.js";
import { pack, settled } from "../pickle/pickle.js";
import { fromWire } from "../pickle/wire-error.js";
import type { Wait } from "../platform/errors/arguments.js";
import { CancelledError, RuntimeError } from "../platform/errors/errors.js";
import type { WorkerHandle } from "../worker/worker.js";
import { Crew, type CrewOptions, lostWith, noWorker, type WorkerEnd } from "./crew.js";
import { type Command, type Crowd, Dispatcher } from "./dispatcher.js";
import { Ladder } from "./ladder.js";
import type { PoolWorkerData } from "./protocol.js";
import { RoomSign } from "./room-sign.js";
import type { Launched, LaunchOptions, Sink } from "./sink.js";
import { Tally } from "./tally.js";
import { PoolTask, type TaskOwner } from "./task.js";
import { type TaskFunction, TaskFunctions } from "./task-functions.js";

/** What a pool is made from. */
export interface TaskPoolOptions extends CrewOptions {
  readonly crowd: Crowd;
  readonly makeLine: (to: Destination, events: LineEvents<PoolTask>) => Line<PoolTask>;
  /** Called in each worker before its first task. */
  readonly initializer?: { readonly fn: (...args: never) => unknown; readonly args: readonly unknown[] } | undefined;
  /** @returns the error of every task when an initializer has failed with `cause` */
  readonly brokenBy: (cause: unknown) => Error;
  readonly maxTasksPerChild?: number | undefined;
  /** Most tasks that may wait. */
  readonly maxQueue?: number | undefined;
  /** Milliseconds without work for a worker after which it leaves, unless it is of the least. */
  readonly idleTimeout?: number | undefined;
  /** Bytes with which a worker is replaced. */
  readonly maxMemory?: number | undefined;
  /** Milliseconds that a task has to end when it was asked to stop. */
  readonly grace: number;
}

export type PoolState = "running" | "closed" | "terminated" | "broken";

/** How long a worker has to end that makes room for another, or whose pool is closed, in milliseconds. */
export const DEFAULT_GRACE = 5000;

export class TaskPool implements TaskOwner {
  /** Where its tasks go. */
  readonly destination: Destination;
  readonly tally = new Tally();
  /** Who waits for room in the queue. */
  readonly room: RoomSign;
  readonly #options: TaskPoolOptions;
  readonly #line: Line<PoolTask>;
  readonly #crew: Crew;
  readonly #dispatcher: Dispatcher<PoolTask>;
  readonly #ladder: Ladder;
  readonly #functions: TaskFunctions;
  readonly #gone = new Deferred<void>();
  readonly #data: Omit<PoolWorkerData, "invitation">;
  /** In the order of decision: what carrying one out leads to comes after those that were decided before. */
  readonly #commands: Command<PoolTask>[] = [];
  #crowd: Crowd;
  #state: PoolState = "running";
  #broken: Error | undefined;
  #grace = DEFAULT_GRACE;

  /**
   * Starts the first workers.
   * @throws {PickleError} if the initializer cannot travel
   * @throws what the factory throws if it cannot start one; those already started are stopped
   */
  constructor(options: TaskPoolOptions) {
    const { destination } = options.factory;
    this.destination = destination;
    this.#options = options;
    this.#crowd = options.crowd;
    this.#data = dataFor(options);
    this.#line = options.makeLine(destination, {
      done: (task, value, worker, ran) => this.#done(task, value, worker, ran),
      failed: (task, error, worker, ran) => this.#failed(task, error, worker, ran),
      room: () => this.#fill(),
    });
    this.#functions = new TaskFunctions(this.#line, destination);
    this.#crew = new Crew(options, {
      ready: (worker, handle) => this.#ready(worker, handle),
      unfit: (_worker, error) => this.#break(error),
      wornOut: (worker) => this.#carryOut(this.#dispatcher.isWornOut(worker)),
      said: (worker, message) => this.#line.heard(worker, message),
      gone: (worker, end) => this.#workerGone(worker, end),
    });
    this.#dispatcher = new Dispatcher(options.crowd, options.maxTasksPerChild);
    this.#ladder = new Ladder(options.grace, this.#line, (worker) => this.#carryOut(this.#dispatcher.mustStop(worker)));
    this.room = new RoomSign(() => this.hasRoom);
    this.#start();
  }

  get state(): PoolState {
    return this.#state;
  }

  /** How many workers there may be. */
  get crowd(): Crowd {
    return this.#crowd;
  }

  /** Whether a task that is launched now may wait. */
  get hasRoom(): boolean {
    const { maxQueue } = this.#options;
    return maxQueue === undefined || this.#dispatcher.queued < maxQueue;
  }

  /** Tasks that wait or are with the workers. */
  get tasks(): number {
    return this.#dispatcher.queued + this.#dispatcher.out.size;
  }

  /** Tasks that no worker has begun. */
  get queued(): number {
    return this.tasks - this.running;
  }

  /** Tasks that a worker has begun, and nobody has given up. */
  get running(): number {
    let running = 0;
    for (const task of this.#dispatcher.out) if (this.hasBegun(task)) running++;
    return running;
  }

  /** @throws {RuntimeError} after `close` or `terminate`, what broke the pool if something did */
  checkRunning(action: string): void {
    if (this.#broken !== undefined) throw this.#options.brokenBy(this.#broken);
    if (this.#state !== "running") throw new RuntimeError(`Cannot ${action}: the pool is ${this.#state}`);
  }

  /** @throws {RuntimeError} if as many tasks wait as may wait */
  checkRoom(action: string): void {
    if (this.hasRoom) return;
    const { maxQueue } = this.#options;
    throw new RuntimeError(
      `Cannot ${action}: ${maxQueue} tasks wait, as many as maxQueue allows; await drained() first`,
    );
  }

  /** @returns the function with what it captures, as it is now; to be released @throws {PickleError} if it cannot travel */
  take(fn: (...args: never) => unknown): TaskFunction {
    return this.#functions.take(fn);
  }

  /**
   * Runs a function that was taken, on the payload as it is now. Who may launch when is decided above: a closed pool takes
   * what calls launch that were there before.
   * @param name how errors call the payload
   * @throws {PickleError} if the payload cannot travel
   * @throws what broke the pool
   */
  launch(sink: Sink, fn: TaskFunction, form: Form, payload: unknown, name: string, options: LaunchOptions): Launched {
    if (this.#broken !== undefined) throw this.#options.brokenBy(this.#broken);
    const task = new PoolTask(this, sink, fn, options);
    if (options.transfer?.length) task.retries = 0; // what has moved cannot be sent again
    this.#line.write(task, fn.id, form, payload, {
      name,
      transfer: options.transfer,
      again: task.retries > 0,
    });
    fn.hold();
    this.#carryOut(this.#dispatcher.submitted(task));
    this.#fill();
    return task;
  }

  hasBegun(task: PoolTask): boolean {
    return this.#line.runnerOf(task) !== undefined;
  }

  revoke(task: PoolTask): boolean {
    if (task.isOver || !this.#takeBack(task)) return false;
    task.isOver = true;
    return true;
  }

  stop(task: PoolTask, error: unknown): void {
    if (task.isOver) return;
    task.isOver = true;
    task.retries = 0;
    this.tally.cancelled++;
    task.sink.taskFailed(error);
    if (!this.#takeBack(task)) this.#ladder.stop(task);
  }

  resize(crowd: Crowd): void {
    this.#crowd = crowd;
    this.#carryOut(this.#dispatcher.resized(crowd, this.#busy()));
  }

  /** Only calls that are there launch any more. @param grace milliseconds that a worker has to end by itself */
  closing(grace = this.#grace): void {
    this.#grace = grace;
    if (this.#state === "running") this.#state = "closed";
  }

  /** No more tasks will come: each worker ends when there are none. */
  close(): void {
    if (this.#state === "terminated") return;
    this.closing();
    this.#carryOut(this.#dispatcher.closed());
    this.#checkGone();
  }

  /** Stops every worker at once; what is unfinished fails. */
  terminate(errorOf: (task: PoolTask) => unknown = cancelledBy): void {
    if (this.#state === "terminated") return;
    this.#state = "terminated";
    this.#endAll(errorOf);
    this.#checkGone();
  }

  /** @returns false if the last worker is not gone within the timeout */
  async join(wait: Wait): Promise<boolean> {
    return !(await waitFor(this.#gone, wait)).timedOut;
  }

  whenGone(): Promise<void> {
    return waitThrough(this.#gone);
  }

  #start(): void {
    this.#carryOut(this.#dispatcher.opened());
    const failed = this.#crew.lastEnd;
    if (failed === undefined) return;
    this.terminate();
    throw failed.exit.error;
  }

  #carryOut(commands: Command<PoolTask>[]): void {
    if (commands.length === 0) return;
    const first = this.#commands.length === 0;
    this.#commands.push(...commands);
    // Otherwise the loop below is running further up the stack, and comes to them.
    if (!first) return;
    for (const command of this.#commands) this.#do(command);
    this.#commands.length = 0;
  }

  #do(command: Command<PoolTask>): void {
    if (command.do === "start-worker") {
      this.#crew.start(command.worker, { ...this.#data, invitation: this.#line.invite(command.worker) });
    } else if (command.do === "stop-worker") this.#crew.stop(command.worker);
    else if (command.do === "let-go") {
      this.#line.retire(command.worker);
      this.#crew.letGo(command.worker, this.#grace);
    } else this.#fail(command.task, command.because === "worker-lost" ? lostWith : noWorker);
  }

  #fill(): void {
    while (this.#line.room > 0) {
      const task = this.#dispatcher.next();
      if (task === undefined) break;
      this.#line.offer(task);
      this.#ladder.watch(task);
    }
    this.room.look();
  }

  #ready(worker: WorkerId, handle: WorkerHandle): void {
    this.#carryOut(this.#dispatcher.workerReady(worker));
    this.#line.joined(worker, handle, this.#options.maxTasksPerChild);
  }

  #done(task: PoolTask, value: unknown, worker: WorkerId, ran: number): void {
    this.#settle(task, worker);
    if (task.isOver) return;
    task.isOver = true;
    this.tally.count("done", task, ran);
    task.sink.taskDone(value, ran);
  }

  #failed(task: PoolTask, error: TaskError, worker: WorkerId, ran: number): void {
    this.#settle(task, worker);
    if (task.isOver) return;
    task.isOver = true;
    this.tally.count("failed", task, ran);
    task.sink.taskFailed("wire" in error ? fromWire(error.wire, task.site) : error.error);
  }

  #settle(task: PoolTask, worker: WorkerId): void {
    this.#forget(task);
    this.#carryOut(this.#dispatcher.settled(task, worker));
    this.#fill();
  }

  /** Nothing of it is left with a worker. */
  #forget(task: PoolTask): void {
    task.isSettled = true;
    task.fn.release();
  }

  /** @returns false if a worker has begun it */
  #takeBack(task: PoolTask): boolean {
    if (this.#dispatcher.withdrawn(task)) this.#line.drop(task);
    else if (this.#line.revoke(task) === undefined) this.#carryOut(this.#dispatcher.takenBack(task));
    else return false;
    this.#forget(task);
    this.#fill();
    return true;
  }

  #workerGone(worker: WorkerId, end: WorkerEnd): boolean {
    const lost = this.#line.gone(worker);
    const hadTask = lost.some((task) => !task.isOver);
    this.#carryOut(this.#dispatcher.workerGone(worker, lost));
    this.#fill();
    this.#checkGone();
    void end;
    return hadTask;
  }

  #fail(task: PoolTask, errorOf: (end: WorkerEnd) => Error): void {
    this.#line.revoke(task);
    this.#forget(task);
    if (task.isOver) return;
    task.isOver = true;
    this.tally.count("failed", task, Number.NaN);
    const error = errorOf(this.#crew.lastEnd as WorkerEnd);
    task.sink.taskFailed(task.site?.giveTo(error) ?? error);
  }

  #break(cause: unknown): void {
    if (this.#broken !== undefined || this.#state === "terminated") return;
    this.#broken = cause as Error;
    this.#state = "broken";
    this.#endAll((task) => {
      const error = this.#options.brokenBy(cause);
      return task.site?.giveTo(error) ?? error;
    });
    this.#checkGone();
  }

  #endAll(errorOf: (task: PoolTask) => unknown): void {
    const { commands, unfinished } = this.#dispatcher.terminated();
    this.#line.close();
    this.#ladder.close();
    this.#carryOut(commands);
    for (const task of unfinished) {
      if (task.isOver) continue;
      task.isOver = true;
      this.tally.cancelled++;
      task.sink.taskFailed(errorOf(task));
    }
    this.room.look();
  }

  #busy(): (worker: WorkerId) => boolean {
    const busy = new Set([...this.#dispatcher.out].map((task) => this.#line.runnerOf(task)));
    return (worker) => busy.has(worker);
  }

  #checkGone(): void {
    if (this.#state !== "running" && this.#crew.isEmpty) this.#gone.resolve();
  }
}

function cancelledBy(task: PoolTask): CancelledError {
  const error = new CancelledError("the pool was terminated");
  return task.site?.giveTo(error) ?? error;
}

function dataFor({ factory, initializer, maxMemory }: TaskPoolOptions): Omit<PoolWorkerData, "invitation"> {
  const { destination } = factory;
  return {
    destination,
    ...(initializer && {
      initializer: settled(pack(initializer, { to: destination, name: "initializer" })).body,
    }),
    ...(maxMemory !== undefined && { maxMemory }),
  };
}
