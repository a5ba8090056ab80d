/** Conditions with one mistake each. The explorer must catch every one. */
import { Condition, type ConditionOptions } from "#heddle/sync/condition.js";
import type { Mutex } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import { blockUntil, DONE } from "#heddle/sync/park.js";
import { NodeState, type WaitNodes, type WaitQueue } from "#heddle/sync/wait-queue.js";

/** A copy of Condition, without its checks, whose steps mutants replace. */
class OpenCondition extends Condition {
  readonly mutex: Mutex;
  readonly queue: WaitQueue;
  readonly nodes: WaitNodes;
  readonly owners: Owners;
  readonly options: ConditionOptions;

  constructor(mutex: Mutex, queue: WaitQueue, nodes: WaitNodes, owners: Owners, options: ConditionOptions = {}) {
    super(mutex, queue, nodes, owners, options);
    this.mutex = mutex;
    this.queue = queue;
    this.nodes = nodes;
    this.owners = owners;
    this.options = options;
  }

  override waitSync(timeout?: number): boolean {
    const node = this.start();
    const state = this.nodes.state(node);
    try {
      const attempt = (): number => (state.load() === NodeState.WAITING ? NodeState.WAITING : DONE);
      const woken = blockUntil(state, attempt, timeout);
      this.mutex.lockSync();
      return this.stop(node, woken);
    } catch (error) {
      this.mutex.lockSync();
      if (this.stop(node, false)) this.handOn();
      throw error;
    }
  }

  start(): number {
    const node = this.nodes.allocate();
    this.enter(node);
    this.mutex.unlock();
    return node;
  }

  enter(node: number): void {
    this.nodes.owner(node).store(this.owners.me);
    this.nodes.state(node).store(NodeState.WAITING);
    this.queue.push(node);
  }

  stop(node: number, _woken: boolean): boolean {
    const state = this.nodes.state(node).load();
    if (state !== NodeState.NOTIFIED) this.queue.remove(node);
    this.nodes.release(node);
    return state !== NodeState.WAITING;
  }

  handOn(): void {
    this.notify(1);
  }
}

/** Frees the mutex, then enters the list. */
export class EarlyUnlockCondition extends OpenCondition {
  override start(): number {
    const node = this.nodes.allocate();
    this.mutex.unlock();
    this.enter(node);
    return node;
  }
}

/** Believes its timeout, though it was notified before it had the mutex again. */
export class DeafCondition extends OpenCondition {
  override stop(node: number, woken: boolean): boolean {
    return super.stop(node, woken) && woken;
  }
}

/** Does not leave the list after a timeout. */
export class LingeringCondition extends OpenCondition {
  override stop(node: number, _woken: boolean): boolean {
    const state = this.nodes.state(node).load();
    this.nodes.release(node);
    return state !== NodeState.WAITING;
  }
}

/** Notifies everybody, whatever it is asked. */
export class CrowdCondition extends OpenCondition {
  override notify(_count?: number): void {
    super.notify(Infinity);
  }
}

/** Keeps the notification that came with an abort. */
export class SelfishCondition extends OpenCondition {
  override handOn(): void {}
}

/** Notifies one node, in a way of its own. */
abstract class OddlyNotifying extends OpenCondition {
  abstract notifyNode(node: number): void;

  override notify(count = 1): void {
    for (let left = count; left > 0; left--) {
      const node = this.queue.first;
      if (node === 0) return;
      this.notifyNode(node);
    }
  }
}

/** Serves the one who came last. */
export class LifoCondition extends OddlyNotifying {
  override notifyNode(first: number): void {
    let node = first;
    for (let next = node; next !== 0; next = this.nodes.next(next).load()) node = next;
    this.queue.remove(node);
    this.nodes.state(node).store(NodeState.NOTIFIED);
    this.nodes.state(node).notify(1);
  }
}

/** Gives notifications to the dead. */
export class GhostCondition extends OddlyNotifying {
  override notifyNode(node: number): void {
    this.nodes.state(node).store(NodeState.CHOSEN);
    this.queue.remove(node);
    this.nodes.state(node).store(NodeState.NOTIFIED);
    this.nodes.state(node).notify(1);
  }
}

/** A waiter that was unlinked by a notifier that died is neither in the list nor notified. */
export class DroppingCondition extends OddlyNotifying {
  override notifyNode(node: number): void {
    this.queue.remove(node);
    this.nodes.state(node).store(NodeState.NOTIFIED);
    this.nodes.state(node).notify(1);
  }
}
