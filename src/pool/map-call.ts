/**
 * One `map`: reads the input through a bounded window, sends it off in chunks, collects the results in order.
 *
 *   reading ──▶ draining ──▶ over       draining: the input has ended, chunks are still out
 *      └────────────────────▶           over: by a lost worker, an item that cannot travel, the caller
 *
 * As in Python an error of the function does not end the call: all chunks are run, then the first error, by arrival,
 * is thrown. An error of the input ends the reading and is thrown when what was sent has settled.
 *
 * Invariant: `#window` items at most are read and not settled; the call is over as soon as its result is settled.
 */
import { Deferred } from "../future/deferred.js";
import type { Packed } from "../pickle/pickle.js";
import type { CallSite } from "../platform/stacks/call-site.js";
import { surroundings } from "../platform/waiting/context.js";
import { ChunkSource, type Items, knownLength } from "./chunk-source.js";

/** Consecutive items that one worker runs in one go. */
export interface Chunk {
  readonly call: MapCall;
  /** Position among the chunks of the call. */
  readonly index: number;
  /** Number of items. */
  readonly count: number;
  items: Packed;
  isSent: boolean;
}

/** What a call needs of its pool. */
export interface ChunkRunner {
  /** @throws {PickleError} if the items cannot travel */
  pack(call: MapCall, items: readonly unknown[]): Packed;
  /** Takes the items as they are now, also if no worker is free. */
  submit(chunk: Chunk): void;
  /** Takes a chunk back if it has not been sent yet. */
  withdraw(chunk: Chunk): void;
  /** Takes a chunk back; a worker that runs it is stopped. */
  cancel(chunk: Chunk): void;
}

/** What one call is asked to do. */
export interface MapCallOptions {
  readonly fn: (...args: never) => unknown;
  readonly items: Items<unknown>;
  readonly spread: boolean;
  readonly chunkSize: number | undefined;
  /** Most items that are read and not settled. */
  readonly bufferSize: number | undefined;
  readonly onProgress: ((done: number, total?: number) => void) | undefined;
  readonly site: CallSite;
}

/** Chunks per worker that Python aims at: few enough to be cheap, enough to even out uneven items. */
const CHUNKS_PER_WORKER = 4;
/** One chunk to run and one to go on with. */
const CHUNKS_AHEAD = 2;

let lastId = 0;

/** One call of `map`, from the first item read to the result. */
export class MapCall {
  /** Names the function of the call to the workers. */
  readonly id = ++lastId;
  readonly fn: (...args: never) => unknown;
  readonly spread: boolean;
  readonly site: CallSite;
  readonly result = new Deferred<unknown[]>();
  /** Whatever runs code of the caller later runs it in here: the input, `onProgress`, what items and results are made of. */
  readonly inContext = surroundings();

  readonly #runner: ChunkRunner;
  readonly #source: ChunkSource<unknown>;
  readonly #total: number | undefined;
  readonly #chunkSize: number;
  readonly #window: number;
  readonly #onProgress: MapCallOptions["onProgress"];
  /** Chunks that are submitted and not settled. */
  readonly #out = new Set<Chunk>();
  readonly #results: unknown[][] = [];
  #error: { readonly error: unknown } | undefined;
  #chunks = 0;
  #unsettled = 0;
  #done = 0;
  #awaitingInput = false;
  #over = false;

  constructor(runner: ChunkRunner, workers: number, options: MapCallOptions) {
    this.fn = options.fn;
    this.spread = options.spread;
    this.site = options.site;
    this.#runner = runner;
    this.#total = knownLength(options.items);
    const chunkSize = options.chunkSize ?? Math.ceil((this.#total ?? 0) / (workers * CHUNKS_PER_WORKER));
    this.#window = options.bufferSize ?? Math.max(chunkSize, 1) * workers * CHUNKS_AHEAD;
    this.#chunkSize = Math.min(Math.max(chunkSize, 1), this.#window);
    this.#onProgress = options.onProgress;
    this.#source = new ChunkSource(options.items);
  }

  /** Begins to read. */
  start(): void {
    this.#proceed();
  }

  /** The chunk has its results. */
  chunkDone(chunk: Chunk, results: unknown[]): void {
    if (!this.#out.has(chunk)) return;
    this.#results[chunk.index] = results;
    this.#settle(chunk);
  }

  /** The function threw, or a result could not travel. */
  chunkFailed(chunk: Chunk, error: unknown): void {
    if (!this.#out.has(chunk)) return;
    this.#error ??= { error };
    this.#settle(chunk);
  }

  /** Ends the call at once with `error`; for the end of the pool, which stops the workers itself. */
  abandon(error: unknown): void {
    this.inContext(() => this.#end(error, (chunk) => this.#runner.withdraw(chunk)));
  }

  /**
   * Ends the call at once with `error` and stops the workers that run its chunks: nobody waits for them any more, and
   * what hangs there would keep a worker from all other calls.
   */
  cancel(error: unknown): void {
    this.inContext(() => this.#end(error, (chunk) => this.#runner.cancel(chunk)));
  }

  #settle(chunk: Chunk): void {
    this.#out.delete(chunk);
    this.#unsettled -= chunk.count;
    this.#done += chunk.count;
    try {
      this.#onProgress?.(this.#done, this.#total);
    } catch (error) {
      this.cancel(error);
    }
    this.#proceed();
  }

  /** Reads as far as the window allows, and finishes when all is done. */
  #proceed(): void {
    while (this.#mayRead()) {
      try {
        const items = this.#source.read(this.#chunkSize);
        if (items instanceof Promise) this.#awaitInput(items);
        else this.#send(items);
      } catch (error) {
        this.#error ??= { error };
      }
    }
    if (this.#source.ended && !this.#awaitingInput && this.#out.size === 0) this.#finish();
  }

  #mayRead(): boolean {
    return !this.#source.ended && !this.#awaitingInput && this.#unsettled + this.#chunkSize <= this.#window;
  }

  #awaitInput(reading: Promise<unknown[]>): void {
    this.#awaitingInput = true;
    const proceed = (): void => {
      this.#awaitingInput = false;
      this.#proceed();
    };
    reading.then(
      (items) => {
        this.#send(items);
        proceed();
      },
      (error) => {
        this.#error ??= { error };
        proceed();
      },
    );
  }

  #send(items: unknown[]): void {
    if (items.length === 0 || this.#over) return;
    try {
      const packed = this.#runner.pack(this, items);
      const chunk: Chunk = { call: this, index: this.#chunks++, count: items.length, items: packed, isSent: false };
      this.#out.add(chunk);
      this.#unsettled += chunk.count;
      this.#runner.submit(chunk);
    } catch (error) {
      this.cancel(error);
    }
  }

  #finish(): void {
    if (this.#over) return;
    this.#over = true;
    if (this.#error !== undefined) this.result.reject(this.#error.error);
    else this.result.resolve(this.#results.flat());
  }

  #end(error: unknown, takeBack: (chunk: Chunk) => void): void {
    if (this.#over) return;
    this.#over = true;
    this.#source.close();
    const chunks = [...this.#out];
    this.#out.clear();
    for (const chunk of chunks) takeBack(chunk);
    // Last: a pool that is closing goes on from here, and must find nothing of this call in its queue.
    this.result.reject(error);
  }
}
