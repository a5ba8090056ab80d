/** Last in, first out. */
import type { Handle } from "../memory/heap.js";
import { ObjectKind, registerEmptier } from "../memory/ledger.js";
import { processHeap } from "../memory/process-heap.js";
import type { Encoded } from "../shared/codec/codec.js";
import { SharedObject } from "../shared/shared-object.js";
import { emptyQueue } from "./heap-queue.js";
import { Queue } from "./queue.js";
import { Lifo } from "./storage/lifo.js";
import type { ItemSink, Storage, StorageMemory } from "./storage/storage.js";

/**
 * A queue that gives the item put last. In all else a Queue.
 *
 * Python: queue.LifoQueue.
 *
 * @example
 * import { LifoQueue } from "heddle/queue";
 *
 * const stack = new LifoQueue<string>();
 * for (const word of ["first", "last"]) stack.putNowait(word);
 * console.log(stack.getNowait()); // last
 */
export class LifoQueue<T = unknown> extends Queue<T> {
  static {
    SharedObject.register(LifoQueue, import.meta.url, "LifoQueue");
    registerEmptier(ObjectKind.LIFO_QUEUE, (handle) => emptyQueue(handle, new Lifo(processHeap(), handle)));
  }

  protected static override readonly kind: number = ObjectKind.LIFO_QUEUE;

  /** @internal */
  protected override makeStorage(memory: StorageMemory, queue: Handle): Storage<Encoded, ItemSink> {
    return new Lifo(memory, queue);
  }
}
