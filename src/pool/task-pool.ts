/**
 * The core of every pool: runs tasks on workers, and tells their sinks what became of them. What is to be done next is
 * decided by the dispatcher; tasks reach the workers over a line; the crew starts and ends them.
 *
 * Invariant: a sink hears once, whatever dies; and never before `launch` has returned.
 */
import type { Form, Line, TaskError, WorkerId } from "../channel/line/line.js";
import { Deferred } from "../future/deferred.js";
import { waitFor, waitThrough } from "../future/wait-for.js";
import type { Destination } from "../pickle/destination.js";
import { fromWire } from "../pickle/wire-error.js";
import type { Wait } from "../platform/errors/arguments.js";
import { CancelledError } from "../platform/errors/errors.js";
import type { WorkerHandle } from "../worker/worker.js";
import { CommandQueue } from "./command-queue.js";
import { Crew, lostWith, noWorker, type WorkerEnd } from "./crew.js";
import { type Command, type Crowd, Dispatcher } from "./dispatcher.js";
import { IdleWatch } from "./idle-watch.js";
import { Ladder } from "./ladder.js";
import { LifeState, type PoolState } from "./life-state.js";
import { Load } from "./load.js";
import type { PoolWorkerData } from "./protocol.js";
import type { Launched, LaunchOptions, Sink } from "./sink.js";
import { Tally } from "./tally.js";
import { PoolTask, type TaskOwner } from "./task.js";
import { type TaskFunction, TaskFunctions } from "./task-functions.js";
import { DEFAULT_GRACE, dataFor, type TaskPoolOptions } from "./task-pool-options.js";

export class TaskPool implements TaskOwner {
  /** Where its tasks go. */
  readonly destination: Destination;
  readonly tally = new Tally();
  readonly load: Load<PoolTask>;
  readonly #options: TaskPoolOptions;
  readonly #line: Line<PoolTask>;
  readonly #crew: Crew;
  readonly #dispatcher: Dispatcher<PoolTask>;
  readonly #ladder: Ladder;
  readonly #functions: TaskFunctions;
  readonly #idleWatch: IdleWatch;
  readonly #gone = new Deferred<void>();
  readonly #data: Omit<PoolWorkerData, "invitation">;
  readonly #commands = new CommandQueue<PoolTask>((command) => this.#do(command));
  #crowd: Crowd;
  readonly #state: LifeState;
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
    this.#state = new LifeState(options.brokenBy);
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
      gone: (worker) => this.#workerGone(worker),
    });
    this.#dispatcher = new Dispatcher(options.crowd, options.maxTasksPerChild);
    this.#ladder = new Ladder(options.grace, this.#line, (worker) => this.#carryOut(this.#dispatcher.mustStop(worker)));
    this.#idleWatch = new IdleWatch(options.idleTimeout, (needed) =>
      this.#carryOut(this.#dispatcher.slept(needed, this.load.busy())),
    );
    this.load = new Load(this.#dispatcher, (task) => this.#line.runnerOf(task), options.maxQueue);
    this.#start();
    const { least, most } = options.crowd;
    if (least < most) this.#idleWatch.start();
  }

  get state(): PoolState {
    return this.#state.now;
  }

  /** How many workers there may be. */
  get crowd(): Crowd {
    return this.#crowd;
  }

  /** @throws {RuntimeError} after `close` or `terminate`, what broke the pool if something did */
  checkRunning(action: string): void {
    this.#state.checkRunning(action);
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
    this.#state.checkWhole();
    const task = new PoolTask(this, sink, fn, options);
    if (options.transfer?.length) task.retries = 0; // what has moved cannot be sent again
    this.#line.write(task, fn.id, form, payload, {
      name,
      transfer: options.transfer,
      again: task.retries > 0,
    });
    fn.hold();
    this.#carryOut(this.#dispatcher.submitted(task));
    this.#idleWatch.saw(this.load.tasks);
    this.#fill();
    return task;
  }

  /** Tasks that have no outcome yet. */
  unfinished(): PoolTask[] {
    return this.#dispatcher.unfinished();
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
    if (task.giveUp(this.tally, error) && !this.#takeBack(task)) this.#ladder.stop(task);
  }

  resize(crowd: Crowd): void {
    this.#crowd = crowd;
    if (crowd.least < crowd.most) this.#idleWatch.start();
    this.#carryOut(this.#dispatcher.resized(crowd, this.load.busy()));
  }

  /** Only calls that are there launch any more. @param grace milliseconds that a worker has to end by itself */
  closing(grace = this.#grace): void {
    this.#grace = grace;
    if (this.#state.now === "running") this.#state.now = "closed";
  }

  /** No more tasks will come: each worker ends when there are none. */
  close(): void {
    if (this.#state.now === "terminated") return;
    this.closing();
    this.#carryOut(this.#dispatcher.closed());
    this.#checkGone();
  }

  /** Stops every worker at once; what is unfinished fails. */
  terminate(errorOf: (task: PoolTask) => unknown = cancelledBy): void {
    if (this.#state.now === "terminated") return;
    this.#state.now = "terminated";
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

  #carryOut(commands: readonly Command<PoolTask>[]): void {
    this.#commands.add(commands);
  }

  #do(command: Command<PoolTask>): void {
    if (command.do === "start-worker") {
      this.#crew.start(command.worker, { ...this.#data, invitation: this.#line.invite(command.worker) });
    } else if (command.do === "stop-worker")
      this.#crew.stop(command.worker, this.#state.now === "terminated" ? 0 : this.#options.grace);
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
    this.load.room.look();
  }

  #ready(worker: WorkerId, handle: WorkerHandle): void {
    this.#carryOut(this.#dispatcher.workerReady(worker));
    this.#line.joined(worker, handle, this.#options.maxTasksPerChild);
  }

  #done(task: PoolTask, value: unknown, worker: WorkerId, ran: number): void {
    this.#settle(task, worker);
    task.succeed(this.tally, value, ran);
  }

  #failed(task: PoolTask, error: TaskError, worker: WorkerId, ran: number): void {
    this.#settle(task, worker);
    task.fail(this.tally, () => ("wire" in error ? fromWire(error.wire, task.site) : error.error), ran);
  }

  #settle(task: PoolTask, worker: WorkerId): void {
    this.#forget(task);
    this.#carryOut(this.#dispatcher.settled(task, worker));
    this.#fill();
    this.#idleWatch.saw(this.load.tasks);
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

  #workerGone(worker: WorkerId): boolean {
    const lost = this.#line.gone(worker);
    const hadTask = lost.some((task) => !task.isOver);
    this.#carryOut(this.#dispatcher.workerGone(worker, lost));
    this.#fill();
    this.#checkGone();
    return hadTask;
  }

  #fail(task: PoolTask, errorOf: (end: WorkerEnd, task: string) => Error): void {
    this.#line.revoke(task);
    this.#forget(task);
    task.fail(this.tally, () => task.sited(errorOf(this.#crew.lastEnd as WorkerEnd, task.fn.name)), Number.NaN);
  }

  #break(cause: unknown): void {
    if (!this.#state.break(cause)) return;
    this.#endAll((task) => task.sited(this.#state.broken()));
    this.#checkGone();
  }

  #endAll(errorOf: (task: PoolTask) => unknown): void {
    const { commands, unfinished } = this.#dispatcher.terminated();
    this.#line.close();
    this.#ladder.close();
    this.#idleWatch.stop();
    this.#carryOut(commands);
    for (const task of unfinished) if (!task.isOver) task.giveUp(this.tally, errorOf(task));
    this.load.room.look();
  }

  #checkGone(): void {
    if (this.#state.now === "running" || !this.#crew.isEmpty) return;
    this.#line.close();
    this.#gone.resolve();
  }
}

function cancelledBy(task: PoolTask): CancelledError {
  return task.sited(new CancelledError("the pool was terminated"));
}
