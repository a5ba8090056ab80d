/** Nodes of wait queues as small objects of the heap: next, owner, state. */
import { HEADER_WORDS } from "../memory/allocator.js";
import type { Handle } from "../memory/heap.js";
import { Patience } from "../memory/patience.js";
import { processHeap } from "../memory/process-heap.js";
import type { Word } from "../memory/word.js";
import type { WaitNodes } from "../sync/wait-queue.js";

/** Of all who sleep on a node in this thread: each node is slept on once. */
const patience = new Patience();

export const heapNodes: WaitNodes = {
  allocate: () => processHeap().create(12),
  release: (node) => processHeap().destroy(node),
  next: (node) => wordOf(node, 0),
  owner: (node) => wordOf(node, 1),
  state: (node) => wordOf(node, 2, patience),
};

function wordOf(node: Handle, index: number, patience?: Patience): Word {
  return processHeap().heap.word((node << 4) + HEADER_WORDS + index, patience);
}
