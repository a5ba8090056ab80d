/**
 * The results of calls over the items of an input, in its order, and no faster than they are taken.
 *
 *   open ──the input has ended, the last result is taken──▶ over
 *     └──an error's turn | the time is up | the signal | return()──▶ over      what has not begun is cancelled
 *
 * Invariant: at most `size` items are read and not taken, and what was read is in `#queue` in the order of the input.
 */
import { waitFor } from "../future/wait-for.js";
import type { Wait } from "../platform/errors/arguments.js";
import { TimeoutError } from "../platform/errors/errors.js";
import { type Deadline, deadlineIn, timeLeft } from "../platform/waiting/clock.js";
import { ChunkSource, type Items } from "../pool/chunk-source.js";
import { type Future, hush, whenDone } from "./future.js";

/** What is to be done, and how far ahead. */
export interface OrderedCalls<T, R> {
  readonly items: Items<T>;
  /** Most items that are read and whose results are not taken. */
  readonly size: number;
  submit(item: T): Future<R>;
}

const OVER = { value: undefined, done: true } as const;

export class OrderedResults<T, R> implements AsyncIterableIterator<R> {
  readonly #calls: OrderedCalls<T, R>;
  readonly #source: ChunkSource<T>;
  readonly #timeout: number | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #deadline: Deadline;
  readonly #queue: Future<R>[] = [];
  /** An async input has been asked. */
  #reading: Promise<void> | undefined;
  /** Comes after all that is in the queue. */
  #error: { readonly error: unknown } | undefined;
  #isAsked = false;
  #isOver = false;
  /** The last call of `next`: the next one comes after it. */
  #last: Promise<unknown> = Promise.resolve();

  constructor(calls: OrderedCalls<T, R>, { timeout, signal }: Wait) {
    this.#calls = calls;
    this.#timeout = timeout;
    this.#signal = signal;
    this.#deadline = deadlineIn(timeout);
    this.#source = new ChunkSource(calls.items);
    this.#fill();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<R, undefined>> {
    // An iterator that nobody asks does not hide errors.
    if (!this.#isAsked) for (const future of this.#queue) hush(future);
    this.#isAsked = true;
    const step = this.#last.then(() => this.#step());
    this.#last = step.catch(() => {});
    return step;
  }

  async return(): Promise<IteratorResult<R, undefined>> {
    this.#end();
    return OVER;
  }

  async #step(): Promise<IteratorResult<R, undefined>> {
    try {
      await this.#readOne();
      const [future] = this.#queue;
      if (future === undefined) return this.#finish();
      await this.#until((listener) => void whenDone(future, listener));
      const value = await future.result();
      this.#queue.shift();
      this.#fill();
      return { value, done: false };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  /** Until there is a next one, or none. */
  async #readOne(): Promise<void> {
    while (this.#queue.length === 0 && this.#reading !== undefined && !this.#isOver) {
      const reading = this.#reading;
      await this.#until((listener) => void reading.then(listener));
    }
  }

  /** @throws {TimeoutError} and what else ends a wait */
  async #until(begin: (listener: () => void) => void): Promise<void> {
    const limits = { timeout: timeLeft(this.#deadline), ...(this.#signal && { signal: this.#signal }) };
    const { timedOut } = await waitFor({ onSettled: (onValue) => once(begin, () => onValue(undefined)) }, limits);
    if (timedOut) throw new TimeoutError(`map did not finish within ${this.#timeout} ms`);
  }

  #finish(): IteratorResult<R, undefined> {
    const error = this.#isOver ? undefined : this.#error;
    this.#end();
    if (error !== undefined) throw error.error;
    return OVER;
  }

  /** Reads as far as the window allows. */
  #fill(): void {
    while (!this.#isOver && !this.#source.ended && this.#reading === undefined && this.#error === undefined) {
      if (this.#queue.length >= this.#calls.size) return;
      try {
        const items = this.#source.read(1);
        if (items instanceof Promise) this.#await(items);
        else this.#submit(items);
      } catch (error) {
        this.#error = { error };
      }
    }
  }

  #await(reading: Promise<T[]>): void {
    this.#reading = reading
      .then((items) => this.#submit(items))
      .catch((error: unknown) => {
        this.#error = { error };
      })
      .then(() => {
        this.#reading = undefined;
        this.#fill();
      });
  }

  #submit(items: readonly T[]): void {
    for (const item of items) {
      if (this.#isOver) return;
      const future = this.#calls.submit(item);
      this.#queue.push(future);
      if (this.#isAsked) hush(future);
    }
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#source.close();
    for (const future of this.#queue.splice(0)) {
      hush(future);
      future.cancel();
    }
  }
}

/** @returns what lets the listener go */
function once(begin: (listener: () => void) => void, listener: () => void): () => void {
  let isWanted = true;
  begin(() => {
    if (isWanted) listener();
  });
  return () => {
    isWanted = false;
  };
}
