/** Real shared memory for the tests of the primitives. */
import { SharedWord, type Word } from "#heddle/memory/word.js";
import { Condition, type ConditionOptions } from "#heddle/sync/condition.js";
import { Mutex } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import { type WaitNodes, WaitQueue } from "#heddle/sync/wait-queue.js";

export const CONTENDED = 1 << 30;

/** Layout of the cells that a test shares with its workers. */
export const LOCK = 0;
export const COUNTER = 1;
export const HEAD = 2;
export const TAIL = 3;
export const PERMITS = 4;
export const WAITERS = 5;
const NODES = 8;
const NODE_COUNT = 16;
const NODE_CELLS = 4;

export function newCells(): Int32Array {
  return new Int32Array(new SharedArrayBuffer(4 * (NODES + NODE_CELLS * (NODE_COUNT + 1))));
}

export function word(cells: Int32Array, index: number): Word {
  return new SharedWord(cells, index);
}

export function owners(me: number, { dead = [] as number[], spins = 0 } = {}): Owners {
  return { me, spins, died: (id) => dead.includes(id), look: () => {} };
}

/** Nodes 1 to 16; the first cell of each is 1 while it is in use. */
class CellNodes implements WaitNodes {
  readonly #cells: Int32Array;

  constructor(cells: Int32Array) {
    this.#cells = cells;
  }
  allocate(): number {
    for (let node = 1; node <= NODE_COUNT; node++) {
      if (Atomics.compareExchange(this.#cells, NODES + node * NODE_CELLS, 0, 1) === 0) return node;
    }
    throw new RangeError("all nodes are in use");
  }
  release(node: number): void {
    Atomics.store(this.#cells, NODES + node * NODE_CELLS, 0);
  }
  next(node: number): Word {
    return word(this.#cells, NODES + node * NODE_CELLS + 1);
  }
  owner(node: number): Word {
    return word(this.#cells, NODES + node * NODE_CELLS + 2);
  }
  state(node: number): Word {
    return word(this.#cells, NODES + node * NODE_CELLS + 3);
  }
}

export function nodesInUse(cells: Int32Array): number {
  let used = 0;
  for (let node = 1; node <= NODE_COUNT; node++) used += Atomics.load(cells, NODES + node * NODE_CELLS);
  return used;
}

export function newCondition(cells: Int32Array, mutex: Mutex, self: Owners, options: ConditionOptions = {}): Condition {
  const nodes = new CellNodes(cells);
  return new Condition(mutex, new WaitQueue(word(cells, HEAD), word(cells, TAIL), nodes), nodes, self, options);
}

export function newMutex(cells: Int32Array, self: Owners): Mutex {
  return new Mutex(word(cells, LOCK), self);
}
