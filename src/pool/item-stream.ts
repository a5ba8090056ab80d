/**
 * The results of a call over items, handed out one by one: in the order of the input, or as they come.
 *
 *   running ──▶ ended      by the last result, an error in its turn, `return`, or whoever ends the call
 *
 * What is read and not taken yet is bounded: the window of the call. An error ends the iteration, as one that a generator
 * throws does; what is not done then is given up.
 */
import { Deferred } from "../future/deferred.js";
import { type Chunk, type ChunkRunner, ItemsCall, type ItemsCallOptions } from "./items-call.js";

/** What is taken out: an item's result, an error, or the end. */
export type Taken = { readonly value: unknown } | { readonly error: unknown } | undefined;

/** Results of one chunk, and the error that comes after them. */
interface Batch {
  readonly results: readonly unknown[];
  readonly failed?: { readonly error: unknown };
}

export class ItemStream extends ItemsCall {
  readonly #isOrdered: boolean;
  /** By index of their chunk, where the order counts; else by arrival. */
  readonly #batches = new Map<number, Batch>();
  readonly #onOver: () => void;
  #arrived = 0;
  #turn = 0;
  #position = 0;
  /** Comes after all results. */
  #last: { readonly error: unknown } | undefined;
  #isAtEnd = false;
  #news: Deferred<void> | undefined;

  constructor(
    runner: ChunkRunner,
    workers: number,
    options: ItemsCallOptions & { readonly isOrdered: boolean; readonly onOver: () => void },
  ) {
    super(runner, workers, options, false);
    this.#isOrdered = options.isOrdered;
    this.#onOver = options.onOver;
  }

  /** Whether `take` gives something. */
  get isReady(): boolean {
    return this.#batches.has(this.#turn) || this.isOver;
  }

  /** Settled when `isReady` may have become true. */
  get news(): Deferred<void> {
    return (this.#news ??= new Deferred());
  }

  /** To be called if `isReady`. @returns undefined at the end */
  take(): Taken {
    const batch = this.#batches.get(this.#turn);
    if (batch === undefined || this.#isAtEnd) return this.#end();
    const { results, failed } = batch;
    if (this.#position < results.length) {
      const value = results[this.#position++];
      if (this.#position === results.length && failed === undefined) this.#nextBatch(results.length);
      return { value };
    }
    this.#isAtEnd = true;
    if (failed !== undefined) this.cancel(failed.error);
    return failed;
  }

  /** Nobody takes any more. */
  drop(): void {
    this.#isAtEnd = true;
    this.#batches.clear();
    this.cancel(undefined);
  }

  protected override onResults(chunk: Chunk, results: unknown[]): void {
    this.#put(chunk, { results });
  }

  protected override onError(chunk: Chunk, error: unknown, results: unknown[]): void {
    this.#put(chunk, { results, failed: { error } });
  }

  protected override onInputError(error: unknown): void {
    this.#last ??= { error };
  }

  protected override onEnd(end: { readonly error: unknown } | undefined): void {
    if (end !== undefined && !this.#isAtEnd) {
      // What was there before is not wanted by who gave the call up.
      this.#batches.clear();
      this.#last = end;
    }
    this.#tell();
    this.#onOver();
  }

  #put(chunk: Chunk, batch: Batch): void {
    this.#batches.set(this.#isOrdered ? chunk.index : this.#arrived++, batch);
    if (this.#batches.has(this.#turn)) this.#tell();
  }

  #nextBatch(count: number): void {
    this.#batches.delete(this.#turn++);
    this.#position = 0;
    this.inContext(() => this.released(count));
  }

  #end(): Taken {
    if (this.#isAtEnd) return undefined;
    this.#isAtEnd = true;
    return this.#last;
  }

  #tell(): void {
    this.#news?.resolve();
    this.#news = undefined;
  }
}
