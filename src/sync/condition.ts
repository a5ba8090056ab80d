/**
 * Waiting for a change of what a mutex guards.
 *
 *            push, unlock mutex                notify                       lock mutex
 *   caller ───────────────────────▶ WAITING ──────────▶ CHOSEN, NOTIFIED ──────────────▶ returns true
 *                                      │ timeout, abort
 *                                      ▼
 *                  lock mutex: still WAITING? unlink, return false or throw.
 *                  Notified in that instant?  A timeout counts as notified, an abort hands the notification on.
 *
 * Invariant: a notification is given to one node under the mutex, and its waiter looks at it under the mutex: it is
 * either used or handed on. A node is released by its waiter, under the mutex, after it is unlinked; the node of a
 * dead waiter by whoever meets it in `notify`.
 */
import { RuntimeError } from "../platform/errors/errors.js";
import { demandDeepStack } from "../platform/stacks/stack-room.js";
import { type StoppableWait, throwIfStopped } from "../platform/waiting/stoppable.js";
import type { Hold, Monitor } from "./monitor.js";
import { Acquired } from "./mutex.js";
import type { Owners } from "./owners.js";
import { blockUntil, DONE, doneUntil } from "./park.js";
import { NodeState, type WaitNodes, type WaitQueue } from "./wait-queue.js";

/** What a condition may be told about its surroundings. */
export interface ConditionOptions {
  /**
   * Called when a wait got the mutex back after an owner died, which the caller did not know when it began to wait; with
   * what the wait would have thrown, if anything. It holds the mutex. If it throws, so does the wait, and the notification is handed on.
   */
  readonly onOwnerDied?: (reason?: unknown) => void;
}

/** A wait is not to return but to throw. */
interface Stop {
  readonly reason: unknown;
}

export class Condition {
  readonly #mutex: Monitor;
  readonly #queue: WaitQueue;
  readonly #nodes: WaitNodes;
  readonly #owners: Owners;
  readonly #options: ConditionOptions;

  constructor(mutex: Monitor, queue: WaitQueue, nodes: WaitNodes, owners: Owners, options: ConditionOptions = {}) {
    this.#mutex = mutex;
    this.#queue = queue;
    this.#nodes = nodes;
    this.#owners = owners;
    this.#options = options;
  }

  /**
   * Frees the mutex, blocks the thread until it is notified, and takes the mutex back, however the wait ends.
   *
   * @param timeout milliseconds, for the notification only; undefined or Infinity: without limit
   * @returns false if the time ran out first
   * @throws {RuntimeError} if the caller does not hold the mutex
   */
  waitSync(timeout?: number): boolean {
    const [node, hold] = this.#startWaiting();
    let stop: Stop | undefined;
    try {
      blockUntil(this.#nodes.state(node), this.#notified(node), timeout);
    } catch (reason) {
      stop = { reason };
    }
    return this.#endWait(node, this.#mutex.enterSync(hold), stop);
  }

  /**
   * The awaiting twin of `waitSync`.
   *
   * @throws {RuntimeError} if the caller does not hold the mutex
   * @throws `wait.signal.reason` when the signal is aborted, the cancellation error when the asyncio scope is
   *   cancelled; the caller holds the mutex also then
   */
  async wait(wait: StoppableWait = {}): Promise<boolean> {
    this.#checkHeld("wait");
    throwIfStopped(wait);
    const [node, hold] = this.#startWaiting();
    let stop: Stop | undefined;
    try {
      await doneUntil(this.#nodes.state(node), this.#notified(node), wait);
    } catch (reason) {
      stop = { reason };
    }
    return this.#endWait(node, await this.#mutex.enter(hold), stop);
  }

  /**
   * Wakes those `count` who wait longest, or all if there are fewer. They go on once they have the mutex.
   *
   * @throws {RuntimeError} if the caller does not hold the mutex
   */
  notify(count = 1): void {
    this.#checkHeld("notify");
    this.#notify(count);
  }

  /** @throws {RuntimeError} if the caller does not hold the mutex */
  notifyAll(): void {
    this.notify(Infinity);
  }

  /** True if the caller holds the mutex. */
  get isHeld(): boolean {
    return this.#mutex.isHeld;
  }

  /** @returns how many wait; undefined if another one has the mutex, without which that cannot be seen */
  countWaiting(): number | undefined {
    return this.#mutex.isHeld ? this.#queue.length : this.#mutex.whileFree(() => this.#queue.length);
  }

  #notify(count: number): void {
    demandDeepStack();
    for (let left = count; left > 0; ) {
      const node = this.#queue.first;
      if (node === 0) return;
      if (this.#notifyOne(node)) left--;
    }
  }

  /** @returns false if nobody alive got this notification */
  #notifyOne(node: number): boolean {
    const state = this.#nodes.state(node);
    if (this.#owners.died(this.#nodes.owner(node).load())) {
      this.#queue.remove(node);
      this.#nodes.release(node);
      return false;
    }
    // A notifier that died between the next two stores left a node that is notified and linked: not notified twice.
    const fresh = state.load() === NodeState.WAITING;
    // Before it is unlinked: a waiter that is neither in the list nor notified would sleep for ever.
    state.store(NodeState.CHOSEN);
    this.#queue.remove(node);
    state.store(NodeState.NOTIFIED);
    // All: an abandoned sleeper of the node's last user may still be listed before the waiter.
    state.notify(Infinity);
    return fresh;
  }

  #startWaiting(): [node: number, hold: Hold] {
    this.#checkHeld("wait");
    demandDeepStack();
    const node = this.#nodes.allocate();
    this.#nodes.owner(node).store(this.#owners.me);
    this.#nodes.state(node).store(NodeState.WAITING);
    this.#queue.push(node);
    return [node, this.#mutex.leave()];
  }

  #notified(node: number): () => number {
    const state = this.#nodes.state(node);
    return () => (state.load() === NodeState.WAITING ? NodeState.WAITING : DONE);
  }

  /** Under the mutex. @param stop why the wait is not to return @returns true if the waiter was notified */
  #endWait(node: number, acquired: Acquired, stop: Stop | undefined): boolean {
    const notified = this.#leaveQueue(node);
    try {
      if (acquired !== Acquired.TAKEN) this.#options.onOwnerDied?.(stop?.reason);
      if (stop !== undefined) throw stop.reason;
    } catch (error) {
      if (notified) this.#notify(1);
      throw error;
    }
    return notified;
  }

  /** Under the mutex. @returns true if the waiter was notified */
  #leaveQueue(node: number): boolean {
    const state = this.#nodes.state(node).load();
    if (state !== NodeState.NOTIFIED) this.#queue.remove(node);
    this.#nodes.release(node);
    return state !== NodeState.WAITING;
  }

  #checkHeld(action: "wait" | "notify"): void {
    if (this.#mutex.isHeld) return;
    throw new RuntimeError(`Cannot ${action}: the lock of the condition is not held by the caller`);
  }
}
