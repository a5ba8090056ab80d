/** Puts a queue together over the words of its block. */
import type { Handle } from "../memory/heap.js";
import { Bell } from "../sync/bell.js";
import { Acquired, Mutex } from "../sync/mutex.js";
import type { Owners } from "../sync/owners.js";
import type { Encoded } from "./codec/codec.js";
import {
  ARRIVED,
  DONE_COUNT,
  FINISHED,
  FREED,
  GET,
  GETTERS,
  GIVEN_OUT,
  JOINERS,
  PUT,
  PUT_LOCK,
  PUTTERS,
  SHUT,
  TAKE_LOCK,
} from "./control-block.js";
import { type Guard, QueueCore } from "./queue-core.js";
import type { ItemSink, Storage, StorageMemory } from "./storage/storage.js";
import { Waste } from "./waste.js";

/** What a queue needs of the memory that it is in. */
export type QueueMemory = Pick<StorageMemory, "heap"> & { readonly owners: Owners };

/** What stands behind a queue's block. */
interface Backing<Item, Sink> {
  readonly storage: Storage<Item, Sink>;
  readonly waste?: Sink;
  /** What must not become garbage while somebody waits at the queue, and has no more of it than this. */
  readonly keeps?: object;
}

/** @param queue the queue's block, with its MAXSIZE set */
export function queueAt<Item, Sink>(
  queue: Handle,
  maxsize: number,
  { heap, owners }: QueueMemory,
  { storage, waste, keeps }: Backing<Item, Sink>,
): QueueCore<Item, Sink> {
  const q = queue << 4;
  const word = (at: number) => heap.word(q + at, undefined, keeps);
  const bell = (rings: number, sleepers: number) => new Bell(word(rings), word(sleepers));
  const guardAt = (at: number): Guard => {
    const lock = new Mutex(word(at), owners);
    return {
      acquire() {
        const ownerDied = (lock.tryWithRoom() || lock.lockSync()) === Acquired.OWNER_DIED;
        heap.renew();
        return ownerDied;
      },
      release: () => lock.unlock(),
    };
  };
  const put = guardAt(PUT_LOCK);
  return new QueueCore({
    ...{ storage, maxsize, ...(waste === undefined ? {} : { waste }) },
    guards: { put, take: storage.twoSided ? guardAt(TAKE_LOCK) : put },
    renew: () => heap.renew(),
    words: {
      ...{ put: word(PUT), get: word(GET), done: word(DONE_COUNT) },
      ...{ shut: word(SHUT), givenOut: word(GIVEN_OUT) },
    },
    bells: {
      arrived: bell(ARRIVED, GETTERS),
      freed: bell(FREED, PUTTERS),
      finished: bell(FINISHED, JOINERS),
    },
  });
}

/** Nobody can reach the queue any more: gives back the items that it has, whatever its last user was doing. */
export function emptyQueue(queue: Handle, storage: Storage<Encoded, ItemSink>, memory: QueueMemory): void {
  const waste = new Waste();
  queueAt<Encoded, ItemSink>(queue, 0, memory, { storage, waste }).clear();
  waste.empty();
}
