/**
 * The iterators over a queue: they take items as they come, and end when the queue is shut down and empty.
 *
 *   open ──ShutDown, another error, `return`, `throw`──▶ over
 *
 * The awaiting one is no async generator: a generator would let `return` wait for the item that a `next` before it waits
 * for, and take that item for nobody. Here leaving ends the wait. Invariant: an item is taken only by a `next` that gives
 * it; `next` that are called at the same time take items one after the other, in the order of the calls.
 */
import type { Wait } from "../platform/errors/arguments.js";
import { ShutDown } from "./errors.js";

const OVER: IteratorReturnResult<undefined> = { done: true, value: undefined };
const NONE = Symbol("no item");

/** What the iterator needs of its queue. */
export interface ItemSource<T> {
  /** @returns the next item, or what stands for none @throws {ShutDown} */
  takeOr<N>(none: N): T | N;
  /** Waits for the next item. @throws {ShutDown} */
  get(wait: Wait): Promise<T>;
}

/** Of one `for await` over a queue, or of one that calls `next` itself. */
export class QueueItems<T> implements AsyncIterableIterator<T> {
  readonly #source: ItemSource<T>;
  /** Of the `next` that waits. */
  #leave: AbortController | undefined;
  #isOver = false;
  /** The last `next` that has not settled yet. */
  #last: Promise<unknown> | undefined;

  constructor(source: ItemSource<T>) {
    this.#source = source;
  }

  async next(): Promise<IteratorResult<T, undefined>> {
    const before = this.#last;
    if (before !== undefined) return this.#follow(before.then(() => this.#atOnce() ?? this.#wait()));
    return this.#atOnce() ?? this.#follow(this.#wait());
  }

  /** Leaves the queue: a `next` that waits for an item ends without one, and no item is lost. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.#isOver = true;
    this.#leave?.abort();
    await this.#last;
    return OVER;
  }

  /** As `return`. @throws {unknown} `error` */
  async throw(error?: unknown): Promise<IteratorResult<T, undefined>> {
    await this.return();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #follow(next: Promise<IteratorResult<T, undefined>>): Promise<IteratorResult<T, undefined>> {
    const settle = (): void => {
      if (this.#last === settled) this.#last = undefined;
    };
    const settled: Promise<void> = next.then(settle, settle);
    this.#last = settled;
    return next;
  }

  /** @returns undefined if there is no item at this moment */
  #atOnce(): IteratorResult<T, undefined> | undefined {
    if (this.#isOver) return OVER;
    try {
      const value = this.#source.takeOr<typeof NONE>(NONE);
      return value === NONE ? undefined : { done: false, value };
    } catch (error) {
      return this.#end(error);
    }
  }

  async #wait(): Promise<IteratorResult<T, undefined>> {
    const { signal } = (this.#leave = new AbortController());
    try {
      return { done: false, value: await this.#source.get({ signal }) };
    } catch (error) {
      return signal.aborted && error === signal.reason ? OVER : this.#end(error);
    } finally {
      this.#leave = undefined;
    }
  }

  #end(error: unknown): IteratorReturnResult<undefined> {
    this.#isOver = true;
    if (error instanceof ShutDown) return OVER;
    throw error;
  }
}

/** @param take blocks until there is an item */
export function* queueItemsSync<T>(take: () => T): IterableIterator<T> {
  for (;;) {
    let item: T;
    try {
      item = take();
    } catch (error) {
      if (error instanceof ShutDown) return;
      throw error;
    }
    yield item;
  }
}
