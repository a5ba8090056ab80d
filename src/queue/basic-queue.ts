/**
 * What all queues have in public. The item is encoded and decoded here, outside of the lock; what the queue does with it
 * is QueueCore's, and where it stands the storage's.
 */
import { type Codec, type Codecs, codecsOf, type Encoded } from "../channel/codec/codec.js";
import { MAXSIZE, QUEUE_BYTES } from "../channel/control-block.js";
import { checkMoved, detachMoved } from "../channel/moved.js";
import { emptyQueue, queueAt } from "../channel/queue-at.js";
import type { QueueCore } from "../channel/queue-core.js";
import { Fifo } from "../channel/storage/fifo.js";
import type { ItemSink, Storage, StorageMemory } from "../channel/storage/storage.js";
import { Waste } from "../channel/waste.js";
import { dropDeposits } from "../depot/depot-link.js";
import type { Handle } from "../memory/heap.js";
import { ObjectKind, registerEmptier } from "../memory/ledger.js";
import { disposedError } from "../objects/gone.js";
import { SharedObject } from "../objects/shared-object.js";
import type { Travels } from "../pickle/travels.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import {
  checkQueueWait,
  checkQueueWaitSync,
  noItem,
  noRoom,
  type PutWait,
  type PutWaitSync,
  type QueueWait,
  type QueueWaitSync,
} from "./limits.js";

const NOTHING = Symbol("no item");

/** What the queues have in common; not public by itself. */
export abstract class BasicQueue<T> extends SharedObject {
  static {
    registerEmptier(ObjectKind.QUEUE, (handle, memory) => emptyQueue(handle, new Fifo(memory, handle), memory));
  }

  /** Says how its memory is given back when it is garbage. */
  protected static readonly kind: number = ObjectKind.QUEUE;

  /** Undefined after `dispose`. */
  #core: QueueCore<Encoded, ItemSink> | undefined;
  readonly #maxsize: number;
  readonly #waste = new Waste();
  readonly #codecs: Codecs;

  protected constructor(maxsize: number) {
    super(QUEUE_BYTES, new.target.kind);
    const memory = SharedObject.realmOf(this);
    this.#codecs = codecsOf(memory);
    const limit = memory.heap.word((this.handle << 4) + MAXSIZE);
    if (!this.isRevived) limit.store(maxsize);
    this.#maxsize = limit.load();
    const storage = this.makeStorage(memory, this.handle);
    this.#core = queueAt(this.handle, this.#maxsize, memory, { storage, waste: this.#waste, keeps: this });
  }

  /** Items in the queue at this moment; another thread may change it in the next. */
  get qsize(): number {
    return this.core.size;
  }

  /** Most items that the queue holds; 0 or less: without limit. */
  protected get maxsize(): number {
    return this.#maxsize;
  }

  /** True if there is no item at this moment. */
  get empty(): boolean {
    return this.core.size === 0;
  }

  /**
   * Adds a copy of the item; waits for room if the queue is full.
   *
   * @throws {Full} if there was no room in time
   * @throws {ShutDown} if the queue was shut down, before or during the wait
   * @throws {PickleError} if the item cannot travel
   * @throws {HeapFullError} if the shared memory is full; the queue is as before
   */
  async put(item: T & Travels<T>, wait?: PutWait): Promise<void> {
    const limits = checkQueueWait("put", wait, ["transfer"]);
    checkMoved("put", wait?.transfer);
    throwIfStopped(limits);
    const kept = this.#putOrKeep(item);
    if (kept !== undefined) {
      const put = await this.core.put(kept, limits).catch((error: unknown) => this.#discard(kept, error));
      if (!put) this.#discard(kept, noRoom(this.#maxsize, limits.timeout));
    }
    detachMoved(wait?.transfer);
  }

  /** As `put`, blocking the calling thread. */
  putSync(item: T & Travels<T>, wait?: PutWaitSync): void {
    const timeout = checkQueueWaitSync("putSync", wait, ["transfer"]);
    checkMoved("putSync", wait?.transfer);
    const codec = this.#codecs.borrow();
    // While the thread blocks, nobody can change what stands in the codec or what it refers to.
    try {
      const left = this.#tryPut(codec, item);
      if (left !== undefined && (timeout === 0 || !this.#putLeft(left, timeout))) {
        this.#discard(left, noRoom(this.#maxsize, timeout));
      }
    } finally {
      this.#codecs.return(codec);
    }
    detachMoved(wait?.transfer);
  }

  /** Adds a copy of the item if there is room. @throws {Full} if there is none */
  putNowait(item: T & Travels<T>): void {
    if (!this.putAtOnce(item)) throw noRoom(this.#maxsize, 0);
  }

  /**
   * Takes the next item; waits for one if the queue is empty.
   *
   * @throws {Empty} if there was no item in time
   * @throws {ShutDown} if the queue was shut down, before or during the wait, and has no items left
   */
  async get(wait?: QueueWait): Promise<T> {
    const limits = checkQueueWait("get", wait);
    throwIfStopped(limits);
    const sink = new LateSink(this.#codecs);
    if (!this.core.tryTake(sink) && !(await this.core.take(sink, limits))) throw noItem(limits.timeout);
    return this.#decode(sink.codec);
  }

  /** As `get`, blocking the calling thread. */
  getSync(wait?: QueueWaitSync): T {
    const timeout = checkQueueWaitSync("getSync", wait);
    const codec = this.#codecs.borrow();
    if (this.core.tryTake(codec)) return this.#decode(codec);
    if (timeout !== 0 && this.core.takeSync(codec, timeout)) return this.#decode(codec);
    this.#codecs.return(codec);
    throw noItem(timeout);
  }

  /** Takes the next item if there is one. @throws {Empty} if there is none */
  getNowait(): T {
    const item = this.takeOr(NOTHING);
    if (item === NOTHING) throw noItem(0);
    return item;
  }

  /** Gives the queue's memory back, and that of the items in it. No thread may use it any more. */
  override dispose(): void {
    if (this.#core === undefined) return;
    this.#core.clear();
    this.emptied();
    this.#core = undefined;
    this.#waste.empty();
    super.dispose();
  }

  /** @internal */
  protected override get isDisposed(): boolean {
    return this.#core === undefined;
  }

  /** @internal Where the items are: the only thing in which queues differ. */
  protected makeStorage(memory: StorageMemory, queue: Handle): Storage<Encoded, ItemSink> {
    return new Fifo(memory, queue);
  }

  /** @internal What the storage is given for an item; called before it can be full or shut down. */
  protected dressed(encoded: Encoded, _item: T): Encoded {
    return encoded;
  }

  /** @internal @throws {RuntimeError} after `dispose` */
  protected get core(): QueueCore<Encoded, ItemSink> {
    if (this.#core !== undefined) return this.#core;
    throw disposedError(this.constructor.name);
  }

  /** @internal @returns false if there is no room */
  protected putAtOnce(item: T): boolean {
    const codec = this.#codecs.borrow();
    try {
      const left = this.#tryPut(codec, item);
      if (left?.ticket !== undefined) dropDeposits([left.ticket]);
      return left === undefined;
    } finally {
      this.#codecs.return(codec);
    }
  }

  /** @internal After `shutdown`: lets go of what the items that were dropped have in the depot. */
  protected emptyWaste(): void {
    this.#waste.empty();
  }

  /** @returns undefined if the item was put; what to put when there is room, if there is none */
  #putOrKeep(item: T): Encoded | undefined {
    const codec = this.#codecs.borrow();
    try {
      return this.#tryPut(codec, item)?.detach();
    } finally {
      this.#codecs.return(codec);
    }
  }

  /** @returns undefined if the item was put; if there is no room what to put, which the codec still has a part in */
  #tryPut(codec: Codec, item: T): Encoded | undefined {
    codec.encode(item, true);
    try {
      const encoded = this.dressed(codec, item);
      return this.core.tryPut(encoded) ? undefined : encoded;
    } catch (error) {
      return this.#discard(codec, error);
    }
  }

  #putLeft(left: Encoded, timeout: number | undefined): boolean {
    try {
      return this.core.putSync(left, timeout);
    } catch (error) {
      return this.#discard(left, error);
    }
  }

  /** The item was not put. */
  #discard({ ticket }: Encoded, error: unknown): never {
    if (ticket !== undefined) dropDeposits([ticket]);
    throw error;
  }

  /** @internal @returns the next item, or what stands for none */
  protected takeOr<N>(none: N): T | N {
    const codec = this.#codecs.borrow();
    if (this.core.tryTake(codec)) return this.#decode(codec);
    this.#codecs.return(codec);
    return none;
  }

  #decode(codec: Codec): T {
    const item = codec.decode() as T;
    this.#codecs.return(codec);
    return item;
  }
}

/** Borrows a codec only when the item comes: of those who wait there may be thousands. */
class LateSink implements ItemSink {
  readonly #codecs: Codecs;
  #codec: Codec | undefined;

  constructor(codecs: Codecs) {
    this.#codecs = codecs;
  }

  readFrom(...from: Parameters<ItemSink["readFrom"]>): void {
    this.#codec = this.#codecs.borrow();
    this.#codec.readFrom(...from);
  }

  get codec(): Codec {
    return this.#codec!;
  }
}
