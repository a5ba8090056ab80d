/** What a thread waits for, as others read it from its record (wait-note.ts). */
import type { Handle } from "./heap.js";
import { namesOf, objectOf } from "./label.js";
import { NAMES_COUNT, RECORD_WORDS, THREAD_SLOTS, THREAD_TABLE } from "./layout.js";
import type { Realm } from "./realm.js";
import { ID, recordOf, slotOf, WAITS_FOR, WAITS_SINCE } from "./thread-record.js";
import type { ThreadId } from "./thread-table.js";

/** A wait of a thread. */
export interface Waited {
  /** The object of whose memory a word is slept on; 0: it is none. */
  readonly handle: Handle;
  /** Names of the object's class and of those that it extends, up to the library's own; none if that cannot be told. */
  readonly classNames: readonly string[];
  /** The thread whose end is waited for; 0: none. */
  readonly thread: ThreadId;
  /** The word that is slept on: its index in the heap. Of a queue it tells who waits for room from who waits for items. */
  readonly word: number;
  /** On the clock of `processMilliseconds`. */
  readonly since: number;
}

/** Looks at a record that changes meanwhile. */
const LOOKS = 8;

/**
 * Any thread may ask, about any. What it is told was true at one moment of the call.
 *
 * @returns what that thread blocks for; undefined if it does not block, or for nothing in this realm's memory, or is gone
 */
export function waitOf(realm: Realm, id: ThreadId): Waited | undefined {
  const { i32 } = realm.heap;
  const at = recordOf(slotOf(id));
  for (let look = 0; look < LOOKS; look++) {
    const word = Atomics.load(i32, at + WAITS_FOR);
    if (word === 0 || realm.threads.isGone(id) || realm.threads.isUnsettled(id)) return undefined;
    const found = wordAt(realm, word);
    const since = Atomics.load(i32, at + WAITS_SINCE);
    // As long as somebody waits at an object its memory is the object's: so what was read of it is true as well.
    if (Atomics.load(i32, at + WAITS_FOR) === word) return waited(realm, found, since);
  }
  return undefined;
}

/** @returns what the calling thread awaits in this realm: the longest wait first */
export function awaitedIn(realm: Realm): Waited[] {
  return Array.from(realm.heap.waits.awaited, ({ word, since }) => waited(realm, wordAt(realm, word), since));
}

interface Found extends Pick<Waited, "handle" | "thread" | "word"> {
  readonly names: number | undefined;
}

function wordAt(realm: Realm, word: number): Found {
  const block = realm.allocator.blockAt(word);
  if (block === 0) return { handle: 0, names: undefined, thread: threadAt(realm, word), word };
  const handle = objectOf(realm.heap, block);
  return { handle, names: namesOf(realm.heap, handle), thread: 0, word };
}

function waited({ heap, names: lists }: Realm, { names, ...found }: Found, since: number): Waited {
  const isKnown = names !== undefined && names < heap.i32[NAMES_COUNT]!;
  return { ...found, classNames: isKnown ? lists.list(names) : [], since };
}

/** @returns the thread in whose record the word is; 0: it is in none */
function threadAt({ heap }: Realm, word: number): ThreadId {
  const slot = Math.floor((word - THREAD_TABLE) / RECORD_WORDS);
  return slot > 0 && slot < THREAD_SLOTS ? heap.i32[recordOf(slot) + ID]! : 0;
}
