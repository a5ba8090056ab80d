/** Lowest priority first. */
import { codecsOf, type Encoded } from "../channel/codec/codec.js";
import { KEY } from "../channel/control-block.js";
import { emptyQueue } from "../channel/queue-at.js";
import { Priority } from "../channel/storage/priority.js";
import { checkRank, type Rank } from "../channel/storage/rank.js";
import type { RankedItem } from "../channel/storage/ranked-items.js";
import { SharedValue } from "../channel/storage/shared-value.js";
import type { ItemSink, Storage, StorageMemory } from "../channel/storage/storage.js";
import type { Handle } from "../memory/heap.js";
import { ObjectKind, registerEmptier } from "../memory/ledger.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkFunction, wrongType } from "../platform/errors/arguments.js";
import { checkMaxsize } from "./limits.js";
import { Queue } from "./queue.js";

/** Options of a PriorityQueue. */
export interface PriorityQueueOptions<T> {
  /** Most items in the queue; left out, 0 or less: without limit. */
  maxsize?: number;
  /** Gives the priority of an item; without it items are `[priority, item]`. It travels to every thread that puts. */
  key?: (item: T) => Rank;
}

/**
 * A queue that gives the item of the lowest priority; of equal ones the item put first. `get` returns the item as it was
 * put, `[priority, item]` or whatever `key` takes. In all else a Queue.
 *
 * Python: queue.PriorityQueue, which compares whole items and gives equal ones in no certain order.
 *
 * @example
 * import { PriorityQueue } from "heddle/queue";
 *
 * const patients = new PriorityQueue<[number, string]>();
 * patients.putNowait([2, "a cold"]);
 * patients.putNowait([1, "a broken leg"]);
 * console.log(patients.getNowait()); // [ 1, "a broken leg" ]
 */
export class PriorityQueue<T = readonly [priority: Rank, item: unknown]> extends Queue<T> {
  static {
    SharedObject.register(PriorityQueue, import.meta.url, "PriorityQueue");
    registerEmptier(ObjectKind.PRIORITY_QUEUE, (handle, memory) => {
      emptyQueue(handle, new Priority(memory, handle) as Storage<Encoded, ItemSink>, memory);
      new SharedValue(memory, (handle << 4) + KEY).clear();
    });
  }

  protected static override readonly kind: number = ObjectKind.PRIORITY_QUEUE;

  #key: ((item: T) => unknown) | undefined;

  /**
   * @throws {TypeError | RangeError} if maxsize is not an int32, or key not a function
   * @throws {PickleError} if `key` cannot travel
   */
  constructor(options: number | PriorityQueueOptions<T> = 0) {
    const maxsize = checkMaxsize("PriorityQueue", options, ["key"]);
    const key = typeof options === "object" ? options.key : undefined;
    if (key !== undefined) checkFunction("PriorityQueue: key", key);
    super(maxsize);
    this.begin(() => {
      if (key !== undefined) this.#sharedKey.write(key, codecsOf(SharedObject.realmOf(this)));
    });
    this.#key = key;
  }

  /** Gives the queue's memory back, and that of the items in it. No thread may use it any more. */
  override dispose(): void {
    if (!this.isDisposed) this.#sharedKey.clear();
    super.dispose();
  }

  /** @internal */
  protected override makeStorage(memory: StorageMemory, queue: Handle): Storage<Encoded, ItemSink> {
    return new Priority(memory, queue) as Storage<Encoded, ItemSink>;
  }

  /** @internal */
  protected override dressed(encoded: Encoded, item: T): Encoded {
    return ranked(encoded, this.#rankOf(item));
  }

  #rankOf(item: T): Rank {
    this.#key ??=
      (this.#sharedKey.read(codecsOf(SharedObject.realmOf(this))) as ((item: T) => unknown) | undefined) ?? firstOfPair;
    const rank = this.#key(item);
    checkRank("PriorityQueue: priority", rank);
    return rank;
  }

  get #sharedKey(): SharedValue {
    return new SharedValue(SharedObject.realmOf(this), (this.handle << 4) + KEY);
  }
}

function firstOfPair(item: unknown): unknown {
  if (Array.isArray(item) && item.length === 2) return item[0];
  throw wrongType("PriorityQueue: item, without a key function,", "[priority, item]", item);
}

function ranked(encoded: Encoded, rank: Rank): RankedItem {
  const { kind, integer, length, ticket } = encoded;
  return {
    ...{ kind, integer, length, ticket, rank },
    writeTo: (heap, at) => encoded.writeTo(heap, at),
    detach: () => ranked(encoded.detach(), rank),
  };
}
