/**
 * One record per thread in shared memory: everybody can see who lives, who ended and how (thread-state.ts), and sleep
 * until then.
 *
 * An id is a slot and the number of times that slot was claimed, so it is never given out twice (until 2^19 threads
 * later). A slot claimed again forgets how its last thread ended: such an id counts as died, so that nobody waits for
 * it for ever; slots of the dead are claimed again last.
 *
 * Who may write: before RUNNING the parent, then the thread itself; STATE from DYING on whoever moved it there.
 */
import { type NativeThread, nativeThread, seemsAlive } from "../platform/engine/native-thread.js";
import { rangeError } from "../platform/errors/errors.js";
import type { Allocator } from "./allocator.js";
import type { Heap } from "./heap.js";
import { MAIN_ID, NEXT_SLOT, SLOT_BITS, THREAD_COUNTER, THREAD_SLOTS } from "./layout.js";
import type { Patience } from "./patience.js";
import { readName, writeName } from "./thread-name.js";
import {
  AWAITED,
  AWAITED_SINCE,
  BORN,
  COMPUTED,
  DAEMON,
  ID,
  LOOKED,
  NAME,
  NATIVE,
  PARENT,
  recordOf,
  SCRATCH,
  STATE,
  slotOf,
  WAITS_FOR,
} from "./thread-record.js";
import { isAliveState, ThreadState } from "./thread-state.js";
import { takeTurn } from "./turn.js";
import type { Word } from "./word.js";

/** Identifies a thread: 1 to 2^30 - 1, unique in the process. */
export type ThreadId = number;

const GENERATIONS = 2 ** (30 - SLOT_BITS);

/** What a record says about its thread. */
export interface ThreadInfo {
  readonly id: ThreadId;
  readonly name: string;
  readonly daemon: boolean;
  readonly parent: ThreadId;
}

export class ThreadTable {
  readonly #heap: Heap;

  constructor(heap: Heap) {
    this.#heap = heap;
  }

  /**
   * Claims a record for a thread that is about to start.
   *
   * @param claimed called with the id before memory is taken for the name
   * @throws {RangeError} if 2047 threads live already
   */
  claim(info: Omit<ThreadInfo, "id">, allocator: Allocator, claimed?: (id: ThreadId) => void): ThreadId {
    const slot = this.#claimSlot();
    const { i32 } = this.#heap;
    const at = recordOf(slot);
    const generation = ((i32[at + ID]! >>> SLOT_BITS) + 1) % GENERATIONS;
    const id = (generation << SLOT_BITS) | slot;
    i32[at + NATIVE] = 0;
    i32[at + BORN] = 0;
    i32[at + LOOKED] = 0;
    i32[at + AWAITED] = 0;
    i32[at + COMPUTED] = 0;
    i32[at + WAITS_FOR] = 0;
    i32[at + PARENT] = info.parent;
    i32[at + DAEMON] = info.daemon ? 1 : 0;
    Atomics.store(i32, at + ID, id);
    claimed?.(id);
    writeName(this.#heap, at + NAME, info.name, allocator);
    return id;
  }

  /**
   * The starter knows which thread of the platform will carry it: a death before the thread has said anything can be
   * found then, too.
   */
  expect(id: ThreadId, { tid, born }: NativeThread): void {
    const at = recordOf(slotOf(id));
    if (Atomics.load(this.#heap.i32, at + NATIVE) !== 0) return; // the thread has said so itself
    Atomics.store(this.#heap.i32, at + BORN, born);
    Atomics.compareExchange(this.#heap.i32, at + NATIVE, 0, tid);
  }

  /** The thread itself reports that it runs. */
  enter(id: ThreadId): void {
    const { tid, born } = nativeThread();
    const at = recordOf(slotOf(id));
    // In this order nobody ever sees the one of now with the other of before: that would look like a death.
    Atomics.store(this.#heap.i32, at + NATIVE, 0);
    Atomics.store(this.#heap.i32, at + BORN, born);
    Atomics.store(this.#heap.i32, at + NATIVE, tid);
    // Nobody waits for a thread to run: a notification would only wake those who wait for its end.
    const { i32 } = this.#heap;
    if (Atomics.load(i32, at + ID) === id)
      Atomics.compareExchange(i32, at + STATE, ThreadState.STARTING, ThreadState.RUNNING);
  }

  /** `run` is over: joiners go on. @returns false if somebody else has settled the thread's end before */
  finish(id: ThreadId, failed: boolean): boolean {
    const end = failed ? ThreadState.FAILED : ThreadState.FINISHED;
    return this.#move(id, [ThreadState.STARTING, ThreadState.RUNNING], end);
  }

  /** As `leave`, if it has finished: its worker may serve another thread. @returns false if it has not */
  leaveInPeace(id: ThreadId): boolean {
    return this.#move(id, [ThreadState.FINISHED], ThreadState.GONE);
  }

  /** Its worker no longer exists. @returns true if the caller must settle what it left, then call `bury` */
  leave(id: ThreadId): boolean {
    if (this.#move(id, [ThreadState.FINISHED], ThreadState.ENDING)) return true;
    return this.#move(id, [ThreadState.STARTING, ThreadState.RUNNING, ThreadState.FAILED], ThreadState.DYING);
  }

  /** What the thread had begun is settled. Called under the allocator's lock: of two who settle the first one buries. */
  bury(id: ThreadId): void {
    // Before its end is known: the record may serve another thread from then on.
    if (this.isUnsettled(id)) Atomics.store(this.#heap.i32, recordOf(slotOf(id)) + WAITS_FOR, 0);
    this.#move(id, [ThreadState.DYING], ThreadState.DEAD);
    this.#move(id, [ThreadState.ENDING], ThreadState.ENDED);
  }

  /** @returns true if its end was found, and what it had begun is not settled */
  isUnsettled(id: ThreadId): boolean {
    const state = this.state(id);
    return state === ThreadState.DYING || state === ThreadState.ENDING;
  }

  /** @returns the state of that very thread; undefined once its record serves another one */
  state(id: ThreadId): number | undefined {
    const { i32 } = this.#heap;
    const at = recordOf(slotOf(id));
    const state = Atomics.load(i32, at + STATE);
    return Atomics.load(i32, at + ID) === id ? state : undefined;
  }

  /** @returns true from the start of the thread until its `run` is over */
  isAlive(id: ThreadId): boolean {
    return isAliveState(this.state(id));
  }

  /** @returns true if the thread failed, was terminated, crashed or killed, and what it had begun is settled */
  died(id: ThreadId): boolean {
    const state = this.state(id);
    return state === ThreadState.DEAD || state === undefined;
  }

  /** @returns true if it died, or was terminated when its `run` was over, and what it had begun is settled */
  diedOrEnded(id: ThreadId): boolean {
    return this.died(id) || this.state(id) === ThreadState.ENDED;
  }

  /** As `diedOrEnded`, from the moment that it was found. */
  isDying(id: ThreadId): boolean {
    return this.diedOrEnded(id) || this.isUnsettled(id);
  }

  /** @returns true if it will not come back to anything, however it ended */
  isGone(id: ThreadId): boolean {
    return this.diedOrEnded(id) || this.state(id) === ThreadState.GONE;
  }

  /**
   * @returns true if the thread certainly no longer exists, and its record does not say so, or says so although what it
   *   had begun is not settled (whoever found the death may have died as well)
   */
  isLost(id: ThreadId): boolean {
    if (this.isUnsettled(id)) return true;
    if (this.isGone(id)) return false;
    const at = recordOf(slotOf(id));
    const tid = Atomics.load(this.#heap.i32, at + NATIVE);
    const born = Atomics.load(this.#heap.i32, at + BORN);
    return Atomics.load(this.#heap.i32, at + NATIVE) === tid && !seemsAlive({ tid, born });
  }

  /** @returns false if somebody has looked within the last `lately` milliseconds whether that thread exists */
  isTurn(id: ThreadId, lately: number): boolean {
    return takeTurn(this.#heap.word(recordOf(slotOf(id)) + LOOKED), lately);
  }

  /** @returns the word that changes when the thread ends: to be slept on */
  stateWord(id: ThreadId, patience?: Patience): Word {
    return this.#heap.word(recordOf(slotOf(id)) + STATE, patience);
  }

  /** @returns the words of its note about whom it waits for */
  waitNote(id: ThreadId): { readonly maker: Word; readonly since: Word; readonly ended: Word } {
    const [maker, since, ended] = [AWAITED, AWAITED_SINCE, COMPUTED].map((at) =>
      this.#heap.word(recordOf(slotOf(id)) + at),
    );
    return { maker: maker!, since: since!, ended: ended! };
  }

  isDaemon(id: ThreadId): boolean {
    return this.#heap.i32[recordOf(slotOf(id)) + DAEMON] === 1;
  }

  info(id: ThreadId): ThreadInfo | undefined {
    const { i32 } = this.#heap;
    const at = recordOf(slotOf(id));
    const info = {
      id,
      name: readName(this.#heap, at + NAME),
      daemon: i32[at + DAEMON] === 1,
      parent: i32[at + PARENT]!,
    };
    return this.state(id) === undefined ? undefined : info;
  }

  /** @returns the operating system's id of the thread; 0 before it runs, and where the platform does not tell */
  nativeId(id: ThreadId): number {
    const tid = this.#heap.i32[recordOf(slotOf(id)) + NATIVE]!;
    return this.state(id) === undefined ? 0 : tid;
  }

  /** @returns ids of the threads that were started by that one and whose workers may exist */
  startedBy(parent: ThreadId): ThreadId[] {
    const { i32 } = this.#heap;
    const ids: ThreadId[] = [];
    for (let slot = 1; slot < THREAD_SLOTS; slot++) {
      const at = recordOf(slot);
      const state = Atomics.load(i32, at + STATE);
      if (i32[at + PARENT] !== parent || state < ThreadState.STARTING || state > ThreadState.FAILED) continue;
      ids.push(i32[at + ID]!);
    }
    return ids;
  }

  /** @returns ids of all threads that live, in the order of their slots */
  alive(): ThreadId[] {
    const { i32 } = this.#heap;
    const ids: ThreadId[] = [];
    for (let slot = 1; slot < THREAD_SLOTS; slot++) {
      if (isAliveState(Atomics.load(i32, recordOf(slot) + STATE))) ids.push(i32[recordOf(slot) + ID]!);
    }
    return ids;
  }

  /** @returns the word of that thread's record that may name a block in passing */
  scratch(id: ThreadId): number {
    return recordOf(slotOf(id)) + SCRATCH;
  }

  get main(): ThreadId {
    return Atomics.load(this.#heap.i32, MAIN_ID);
  }
  set main(id: ThreadId) {
    Atomics.store(this.#heap.i32, MAIN_ID, id);
  }

  /** @returns 1, 2, 3 ...: the N of the next Thread-N */
  nextNumber(): number {
    return Atomics.add(this.#heap.i32, THREAD_COUNTER, 1) + 1;
  }

  #claimSlot(): number {
    const { i32 } = this.#heap;
    const preference: readonly number[][] = [
      [ThreadState.FREE, ThreadState.GONE, ThreadState.ENDED],
      [ThreadState.DEAD],
    ];
    for (const reusable of preference) {
      for (let tries = 1; tries < THREAD_SLOTS; tries++) {
        const slot = 1 + ((Atomics.add(i32, NEXT_SLOT, 1) >>> 0) % (THREAD_SLOTS - 1));
        const state = Atomics.load(i32, recordOf(slot) + STATE);
        if (!reusable.includes(state)) continue;
        if (Atomics.compareExchange(i32, recordOf(slot) + STATE, state, ThreadState.STARTING) === state) return slot;
      }
    }
    throw rangeError(`Cannot start a thread: ${THREAD_SLOTS - 1} threads live already`);
  }

  #move(id: ThreadId, from: readonly number[], to: number): boolean {
    const { i32 } = this.#heap;
    const at = recordOf(slotOf(id));
    if (Atomics.load(i32, at + ID) !== id) return false;
    const moved = from.some((state) => Atomics.compareExchange(i32, at + STATE, state, to) === state);
    if (moved) Atomics.notify(i32, at + STATE);
    return moved;
  }
}
