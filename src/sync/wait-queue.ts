/**
 * First-in, first-out list of those who wait at a condition, barrier or RWLock, in shared memory. Each waiter brings a node of
 * its own.
 *
 *   head ──▶ node ──next──▶ node ──next──▶ node ──next──▶ 0
 *                                           ▲
 *   tail ───────────────────────────────────┘   a hint: 0, or some node of the list from which the end can be reached
 *
 * Everything here, and `next` of every node, is read and changed only by who holds the mutex of that primitive.
 *
 * Invariant: after each single store the list is whole. Linking and unlinking commit by one store, to `head` or to a
 * `next`; `tail` moves after a node was linked and before one is unlinked, so it never names a node outside the list.
 * Therefore the next owner of the mutex has nothing to repair when the last one died in here.
 */
import type { Word } from "../memory/word.js";

/** Where a waiter is. Changed by the holder of the mutex only; the waiter itself sleeps on it. */
export const NodeState = {
  WAITING: 1,
  /** Notified, perhaps still linked: its notifier is at work on it, or died at it. */
  CHOSEN: 2,
  /** Notified and unlinked. */
  NOTIFIED: 3,
} as const;

/** Storage of nodes. A node is named by a handle, an integer above 0; called only under the condition's mutex. */
export interface WaitNodes {
  allocate(): number;
  release(node: number): void;
  /** The next node of the list; 0: none. */
  next(node: number): Word;
  /** Id of the waiter. */
  owner(node: number): Word;
  /** One of NodeState. */
  state(node: number): Word;
}

export class WaitQueue {
  readonly #head: Word;
  readonly #tail: Word;
  readonly #nodes: WaitNodes;

  constructor(head: Word, tail: Word, nodes: WaitNodes) {
    this.#head = head;
    this.#tail = tail;
    this.#nodes = nodes;
  }

  /** The node that waits longest; 0: none. */
  get first(): number {
    return this.#head.load();
  }

  /** How many nodes the list has. */
  get length(): number {
    let length = 0;
    for (let node = this.first; node !== 0; node = this.#nodes.next(node).load()) length++;
    return length;
  }

  push(node: number): void {
    this.#nodes.next(node).store(0);
    this.#end().store(node);
    this.#tail.store(node);
  }

  /** @returns false if the node is not in the list */
  remove(node: number): boolean {
    let link = this.#head;
    let before = 0;
    for (let at = link.load(); at !== node; at = link.load()) {
      if (at === 0) return false;
      link = this.#nodes.next(at);
      before = at;
    }
    if (this.#tail.load() === node) this.#tail.store(before);
    link.store(this.#nodes.next(node).load());
    return true;
  }

  /** The link that holds the 0 at the end of the list. */
  #end(): Word {
    const first = this.#head.load();
    if (first === 0) return this.#head;
    let link = this.#nodes.next(this.#tail.load() || first);
    for (let at = link.load(); at !== 0; at = link.load()) link = this.#nodes.next(at);
    return link;
  }
}
