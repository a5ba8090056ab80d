/**
 * A function that runs as its own unit of work: it has a name, can be cancelled and be waited for.
 *
 *   created ──next microtask──▶ running ──returns──▶ done
 *      │                           ├─────throws──────▶ failed
 *      └──cancelled before─────────┴─CancelledError──▶ cancelled
 *
 * Invariant: the owner hears of the end of every task exactly once; after it those who wait for the task.
 *
 * A task is not a subclass of Promise: `await` on one could neither see who waits nor stop the waiting.
 */
import { Subscribers } from "../future/subscribers.js";
import { stay } from "../pickle/registry.js";
import { checkFunction, wrongType } from "../platform/errors/arguments.js";
import { InvalidStateError, RuntimeError } from "../platform/errors/errors.js";
import { NO_LIMITS, stoppable } from "../platform/waiting/stoppable.js";
import { showAs } from "../platform/words/shown.js";
import { visible } from "../platform/words/user-text.js";
import { isCancelled } from "./cancelled.js";
import { callWhenDone, type DoneCallback } from "./done-callback.js";
import { currentScope, refused, Scope } from "./scope.js";
import type { Ending, TaskOwner } from "./task-owner.js";
import type { UnretrievedFailure } from "./unretrieved.js";

/** What a task runs. */
export type TaskBody<T> = () => PromiseLike<T> | T;

export interface TaskOptions {
  /** For messages and listings; left out: `Task-N`. */
  name?: string;
  /** Run up to the first await at once, inside the call; left out or false: start in the next microtask. */
  eager?: boolean;
  /** Runs the task in another async context, as `AsyncLocalStorage.snapshot()` gives it; left out: the creator's. */
  context?: <R>(body: () => R) => R;
}

type State = "created" | "running" | Ending;

const started = Promise.resolve();
let lastId = 0;

/**
 * Starts a task for `owner`. The only way to make one: the constructor is private, and what it takes is internal.
 */
export let startTask: <T>(owner: TaskOwner, body: TaskBody<T>, options?: TaskOptions) => Task<T>;

/**
 * A running unit of work, made by `createTask` or `TaskGroup.createTask`.
 *
 * `await task` gives its result or throws its error. If whoever awaits is cancelled, only the waiting ends: the task
 * goes on. Python: there it would be cancelled as well, with everyone else who waits for it.
 *
 * @example
 * import { createTask, sleep } from "heddle/asyncio";
 *
 * const tea = createTask(async () => {
 *   await sleep(20);
 *   return "tea";
 * });
 * console.log(await tea); // tea
 */
export class Task<T> implements PromiseLike<T>, AsyncDisposable {
  static {
    startTask = (owner, body, options) => new Task(owner, body, options);
    stay(Task, import.meta.url, "Task");
    showAs<Task<unknown>>(Task, {
      isMade: (task) => #owner in task,
      look: (task) => ({ state: `${task.name}, ${task.#state}` }),
      hides: ["id"],
    });
  }

  /** Unique in this thread. */
  readonly id = ++lastId;
  readonly #scope: Scope;
  readonly #owner: TaskOwner;
  #name: string | undefined;
  #state: State = "created";
  /** The result in state done, the error in states failed and cancelled. */
  #outcome: unknown;
  #waiters: Subscribers<void> | undefined;
  #callbacks: DoneCallback<T>[] | undefined;
  #promise: Promise<T> | undefined;
  #retrieved = false;
  #unretrieved: UnretrievedFailure | undefined;

  private constructor(owner: TaskOwner, body: TaskBody<T>, options: TaskOptions | undefined) {
    this.#name = options?.name;
    this.#owner = owner;
    this.#scope = new Scope(owner.scope, { task: this });
    const run = (): void => this.#start(body, options?.context);
    // A reaction of its own, not one queue for all: so the body finds the async context of its creator.
    if (options?.eager) run();
    else void started.then(run);
  }

  get name(): string {
    this.#name ??= `Task-${this.id}`;
    return this.#name;
  }

  /** @throws {TypeError} if it is not a string */
  set name(name: string) {
    if (typeof name !== "string") throw wrongType("Task.name", "a string", name);
    this.#name = name;
  }

  /** True once it has returned, thrown, or ended as cancelled. */
  get done(): boolean {
    return this.#state !== "created" && this.#state !== "running";
  }

  /** True if it ended with a CancelledError. A task that was cancelled but returned all the same is not. */
  get cancelled(): boolean {
    return this.#state === "cancelled";
  }

  /** True once `cancel()` was called on it. */
  get cancelling(): boolean {
    return this.#scope.cancelCalled;
  }

  /**
   * Asks the task to stop: every heddle wait in it ends with CancelledError now, and each later one at once. Before its
   * start the body does not run at all. Promises of others are waited out: see `currentSignal` and `cancellable`.
   *
   * @param reason becomes `error.reason`
   * @returns false if it is done or was cancelled before; the first reason stays
   */
  cancel(reason?: unknown): boolean {
    return !this.done && this.#scope.cancel(reason);
  }

  /**
   * Cancels the task and waits until it is done, its cleanup included; a cancellation of the caller does not shorten
   * that. An error of the task is not thrown here.
   *
   * @throws {RuntimeError} if called by the task itself
   */
  async cancelAndWait(reason?: unknown): Promise<void> {
    this.#refuseSelf();
    this.cancel(reason);
    await this.#ended();
  }

  /**
   * @returns the result
   * @throws the task's own error, CancelledError included
   * @throws {InvalidStateError} if the task is not done
   */
  result(): T {
    this.#requireDone();
    this.#retrieve();
    if (this.#state === "done") return this.#outcome as T;
    throw this.#outcome;
  }

  /**
   * @returns what the task threw, or undefined if it returned
   * @throws {CancelledError} if the task was cancelled
   * @throws {InvalidStateError} if the task is not done
   */
  exception(): unknown {
    this.#requireDone();
    this.#retrieve();
    if (this.#state === "cancelled") throw this.#outcome;
    return this.#state === "failed" ? this.#outcome : undefined;
  }

  /** A native promise of the result. Waiting for it does not end when the waiting code is cancelled. */
  get promise(): Promise<T> {
    this.#promise ??= this.done ? this.#deliver() : this.#ended().then(() => this.#deliver());
    return this.#promise;
  }

  /** `await task`: waits for the result; ends early, with CancelledError, when the waiting code is cancelled. */
  // biome-ignore lint/suspicious/noThenProperty: being awaited is what a task is for
  then<A = T, B = never>(
    onDone?: ((value: T) => A | PromiseLike<A>) | null,
    onFailed?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.#wait().then(onDone, onFailed);
  }

  /**
   * Calls `callback` with the task in a microtask after it is done, or soon if it is done already. What it throws goes
   * to the exception handler.
   */
  addDoneCallback(callback: (task: Task<T>) => void): void {
    checkFunction("addDoneCallback: callback", callback);
    const entry = { callback, live: true };
    this.#callbacks ??= [];
    this.#callbacks.push(entry);
    void this.#ended().then(() => callWhenDone(entry, this));
  }

  /** Takes back every registration of `callback` that was not called yet. */
  removeDoneCallback(callback: (task: Task<T>) => void): void {
    for (const entry of this.#callbacks ?? []) if (entry.callback === callback) entry.live = false;
    this.#callbacks = this.#callbacks?.filter((entry) => entry.live);
  }

  /** End of an `await using` block: cancels the task and waits until it is done. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancelAndWait("left the block of its `await using`");
  }

  #start(body: TaskBody<T>, context: TaskOptions["context"]): void {
    if (this.#scope.cancelled) {
      this.#end("cancelled", this.#scope.error());
      return;
    }
    this.#state = "running";
    try {
      if (context === undefined) this.#scope.run(() => this.#run(body));
      else context(() => this.#scope.run(() => this.#run(body)));
    } catch (error) {
      this.#fail(error);
    }
  }

  #run(body: TaskBody<T>): void {
    void Promise.resolve(body()).then(
      (value) => this.#end("done", value),
      (error) => this.#fail(error),
    );
  }

  #fail(error: unknown): void {
    this.#end(isCancelled(error) ? "cancelled" : "failed", error);
  }

  #end(ending: Ending, outcome: unknown): void {
    this.#state = ending;
    this.#outcome = outcome;
    this.#scope.close();
    this.#owner.taskEnded(ending, outcome);
    this.#waiters?.notify();
    if (ending !== "failed" || this.#retrieved) return;
    this.#unretrieved = this.#owner.unretrieved?.note(this, this.name, outcome);
  }

  #wait(): Promise<T> {
    const scope = currentScope();
    if (scope?.cancelled) return refused(scope);
    if (this.done) return this.#deliver();
    return stoppable<T>(NO_LIMITS, (waiting) => {
      this.#refuseSelf();
      this.#waiters ??= new Subscribers();
      return this.#waiters.add(() => {
        this.#retrieve();
        if (this.#state === "done") waiting.resolve(this.#outcome as T);
        else waiting.reject(this.#outcome);
      });
    });
  }

  /** Resolves when the task is done, whatever it came to; keeps no one from having to retrieve its error. */
  #ended(): Promise<void> {
    if (this.done) return Promise.resolve();
    this.#waiters ??= new Subscribers();
    const waiters = this.#waiters;
    return new Promise((resolve) => void waiters.add(resolve));
  }

  /** Hands the outcome of a done task out. */
  async #deliver(): Promise<T> {
    return this.result();
  }

  #retrieve(): void {
    this.#retrieved = true;
    this.#unretrieved?.retrieve();
    this.#unretrieved = undefined;
  }

  #requireDone(): void {
    if (!this.done) throw new InvalidStateError(`${visible(this.name)} is not done yet: it has no result`);
  }

  #refuseSelf(): void {
    if (currentScope()?.task === this && !this.done) {
      throw new RuntimeError(`${visible(this.name)} cannot wait for itself: it would never end`);
    }
  }
}
