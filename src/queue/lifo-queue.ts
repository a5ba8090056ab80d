/** Last in, first out. */
import type { Encoded } from "../channel/codec/codec.js";
import { emptyQueue } from "../channel/queue-at.js";
import { Lifo } from "../channel/storage/lifo.js";
import type { ItemSink, Storage, StorageMemory } from "../channel/storage/storage.js";
import type { Handle } from "../memory/heap.js";
import { ObjectKind, registerEmptier } from "../memory/ledger.js";
import { SharedObject } from "../objects/shared-object.js";
import { Queue } from "./queue.js";

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
    registerEmptier(ObjectKind.LIFO_QUEUE, (handle, memory) => emptyQueue(handle, new Lifo(memory, handle), memory));
  }

  protected static override readonly kind: number = ObjectKind.LIFO_QUEUE;

  /** @internal */
  protected override makeStorage(memory: StorageMemory, queue: Handle): Storage<Encoded, ItemSink> {
    return new Lifo(memory, queue);
  }
}
