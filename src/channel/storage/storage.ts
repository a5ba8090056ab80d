/**
 * Where the items of a queue are. `append` is called only by the holder of the putters' lock, `take` of the takers',
 * `clear` of both; their views reach everything. Unless the storage is two-sided, these are one lock.
 *
 * A storage owns the counts PUT and GET. `append` and `take` happen at ONE store, of a count: a thread that dies before
 * it has done nothing, one that dies after it has done all. What it may leave is named by the words of that count's
 * parity, and the repairs settle it. (A killed thread stops at a precise point of its program, so plain stores in program
 * order are enough against death; the lock orders them for the living.)
 */
import type { Allocator } from "../../memory/allocator.js";
import type { Heap } from "../../memory/heap.js";

export interface Storage<Item, Sink> {
  /** True: a put and a get may happen at once, if there is an item to get. They change different words. */
  readonly twoSided: boolean;
  /** Adds the item; PUT moves. @throws {HeapFullError} if the heap is full: call `repairPut`, then nothing has happened */
  append(item: Item): void;
  /** Takes the next item, of which there is one; GET moves. Without a sink it is dropped. */
  take(sink?: Sink): void;
  /** The last holder of the putters' lock died inside, or `append` threw: brings its side in order. */
  repairPut(): void;
  /** The last holder of the takers' lock died inside: brings its side in order. */
  repairTake(): void;
  /** Gives all memory back; nobody may use the storage any more. */
  clear(): void;
}

/** Where an item goes that was taken. */
export interface ItemSink {
  /** Copies `length` bytes from `at`, a multiple of 8, out of the heap. */
  readFrom(heap: Heap, at: number, kind: number, integer: number, length: number): void;
}

/** What storages need of the process. */
export interface StorageMemory {
  readonly heap: Heap;
  readonly allocator: Allocator;
}
