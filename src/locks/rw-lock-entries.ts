/** Puts a RWLock together over the words of its object. */
import { HEADER_WORDS } from "../memory/allocator.js";
import type { Handle } from "../memory/heap.js";
import type { Realm } from "../memory/realm.js";
import { takeTurn } from "../memory/turn.js";
import type { Word } from "../memory/word.js";
import { Mutex } from "../sync/mutex.js";
import { ReaderSlots } from "../sync/reader-slots.js";
import { RWLock as Entries } from "../sync/rw-lock.js";
import { WaitQueue } from "../sync/wait-queue.js";
import { LOOK_PERIOD } from "./other-threads.js";
import { HeapNodes } from "./waiter-nodes.js";

// Words of the object.
const MUTEX = HEADER_WORDS;
const HEAD = HEADER_WORDS + 1;
const TAIL = HEADER_WORDS + 2;
const TORN = HEADER_WORDS + 3;
const GATE = HEADER_WORDS + 4;
const USED = HEADER_WORDS + 5;
const LOOKED = HEADER_WORDS + 6;
const SLOTS = HEADER_WORDS + 7;

/** How many threads read without queueing up. Slots that follow each other are on different cache lines. */
const LINES = 6;
const SLOTS_A_LINE = 8;
export const RW_LOCK_BYTES = (SLOTS - HEADER_WORDS + LINES * SLOTS_A_LINE * 2) * 4;

/** @param lock the object; 0: it is disposed of @param word gives its words by their index in its block */
export function entriesAt(realm: Realm, lock: Handle, word: (index: number) => Word): Entries {
  const { owners, lockOwners, threads } = realm;
  const nodes = new HeapNodes(realm, lock);
  const isGone = (id: number): boolean => threads.isGone(id);
  const mutex = new Mutex(word(MUTEX), owners);
  return new Entries({
    mutex,
    queue: new WaitQueue(word(HEAD), word(TAIL), nodes),
    nodes,
    slots: new ReaderSlots({
      ...{ gate: word(GATE), used: word(USED), size: LINES * SLOTS_A_LINE },
      owner: (slot) => word(slotAt(slot)),
      count: (slot) => word(slotAt(slot) + 1),
      ...{ owners: lockOwners, isGone },
    }),
    torn: word(TORN),
    owners: lockOwners,
    isGone,
    isTurn: () => takeTurn(word(LOOKED), LOOK_PERIOD),
  });
}

function slotAt(slot: number): number {
  return SLOTS + ((slot % LINES) * SLOTS_A_LINE + Math.floor(slot / LINES)) * 2;
}
