/**
 * One call over items: reads the input through a bounded window and sends it off in chunks. What becomes of the results is
 * decided by who extends it: a map collects them (map-call.ts), an iterator hands them out (item-stream.ts).
 *
 *   reading ──▶ draining ──▶ over       draining: the input has ended, chunks are still out
 *      └────────────────────▶           over: by its end, a lost worker, an item that cannot travel, the caller
 *
 * Invariant: `#window` items at most are read and not released; after the end nothing is read, sent or told any more.
 */
import { Form } from "../channel/line/line.js";
import { fromWire } from "../pickle/wire-error.js";
import type { CallSite } from "../platform/stacks/call-site.js";
import { type Surroundings, surroundings } from "../platform/waiting/context.js";
import { ChunkSize } from "./chunk-size.js";
import { ChunkSource, type Items, knownLength } from "./chunk-source.js";
import type { RoomSign } from "./room-sign.js";
import type { Launched, Sink } from "./sink.js";
import { isCutShort } from "./task-runner.js";

/** What a call needs of its pool. */
export interface ChunkRunner {
  /** Runs the function of the call on the items as they are now. @throws {PickleError} if they cannot travel */
  launch(sink: Sink, form: Form, items: readonly unknown[], inContext: Surroundings): Launched;
  /** The call is over: its function is not needed any more. */
  release(): void;
  /** Whether chunks may wait, and who tells when they may. */
  readonly room: Pick<RoomSign, "tell" | "forget" | "isThere">;
}

/** What one call is asked to do. */
export interface ItemsCallOptions {
  readonly items: Items<unknown>;
  readonly spread: boolean;
  readonly chunkSize: number | undefined;
  /** Most items that are read and not released. */
  readonly bufferSize: number | undefined;
  readonly onProgress: ((done: number, total?: number) => void) | undefined;
  readonly site: CallSite | undefined;
}

/** Consecutive items that one worker runs in one go. */
export class Chunk implements Sink {
  readonly #call: ItemsCall;
  /** Position among the chunks of the call. */
  readonly index: number;
  /** Number of items. */
  readonly count: number;
  launched: Launched | undefined;

  constructor(call: ItemsCall, index: number, count: number) {
    this.#call = call;
    this.index = index;
    this.count = count;
  }

  taskDone(value: unknown, ran: number): void {
    if (isCutShort(value)) this.#call.chunkFailed(this, fromWire(value.wire, this.#call.site), value.results);
    else this.#call.chunkDone(this, value as unknown[], ran);
  }

  taskFailed(error: unknown): void {
    this.#call.chunkFailed(this, error, []);
  }
}

export abstract class ItemsCall {
  readonly site: CallSite | undefined;
  /** Whatever runs code of the caller later runs it in here: the input, `onProgress`, what items and results are made of. */
  readonly inContext = surroundings();
  protected readonly chunkSize: ChunkSize;
  readonly #runner: ChunkRunner;
  readonly #form: Form;
  readonly #source: ChunkSource<unknown>;
  readonly #total: number | undefined;
  readonly #bufferSize: number | undefined;
  readonly #workers: number;
  readonly #onProgress: ItemsCallOptions["onProgress"];
  /** Chunks that are launched and not settled. */
  readonly #out = new Set<Chunk>();
  readonly #onRoom = (): void => this.inContext(() => this.proceed());
  #chunks = 0;
  /** Items that are read and not released. */
  #held = 0;
  #done = 0;
  #awaitingInput = false;
  #isProceeding = false;
  #over = false;

  /** @param byLength whether chunks are as Python makes them where the length is known */
  constructor(runner: ChunkRunner, workers: number, options: ItemsCallOptions, byLength: boolean) {
    this.site = options.site;
    this.#runner = runner;
    this.#workers = workers;
    this.#form = options.spread ? Form.EACH_SPREAD : Form.EACH;
    this.#total = knownLength(options.items);
    this.#bufferSize = options.bufferSize;
    this.#onProgress = options.onProgress;
    const given = options.chunkSize ?? (byLength ? ChunkSize.forLength(this.#total, workers) : undefined);
    this.chunkSize = new ChunkSize(given, options.bufferSize);
    // A chunk whose size was asked for is lost whole, one that was made here is an affair of ours.
    this.#source = new ChunkSource(options.items, options.chunkSize === undefined);
  }

  get isOver(): boolean {
    return this.#over;
  }

  /** Begins to read. */
  start(): void {
    this.proceed();
  }

  /** The chunk has its results. */
  chunkDone(chunk: Chunk, results: unknown[], ran: number): void {
    this.#settle(chunk, () => {
      this.chunkSize.took(chunk.count, ran);
      this.onResults(chunk, results);
    });
  }

  /** The function threw, or a result could not travel. @param results of the items before that one */
  chunkFailed(chunk: Chunk, error: unknown, results: unknown[]): void {
    this.#settle(chunk, () => this.onError(chunk, error, results));
  }

  /**
   * Ends the call at once with `error` and stops what runs of it: nobody waits for that any more, and what hangs there would
   * keep a worker from all other calls.
   */
  cancel(error: unknown): void {
    if (this.#over) return;
    this.inContext(() => {
      this.#end();
      const chunks = [...this.#out];
      this.#out.clear();
      for (const chunk of chunks) chunk.launched?.stop(error);
      // Last: a pool that is closing goes on from here, and must find nothing of this call in its queue.
      this.onEnd({ error });
    });
  }

  protected abstract onResults(chunk: Chunk, results: unknown[]): void;
  protected abstract onError(chunk: Chunk, error: unknown, results: unknown[]): void;
  /** Nothing more will be read. */
  protected abstract onInputError(error: unknown): void;
  /** The last: all that was read is settled, or the call was given up with an error. */
  protected abstract onEnd(end: { readonly error: unknown } | undefined): void;

  /** So many items do not count any more. */
  protected released(count: number): void {
    this.#held -= count;
    this.proceed();
  }

  /** Reads as far as the window allows, and finishes when all is done. */
  protected proceed(): void {
    // Reading the input may lead back here.
    if (this.#isProceeding) return;
    this.#isProceeding = true;
    while (this.#mayRead()) this.#read();
    this.#isProceeding = false;
    if (this.#source.ended && !this.#awaitingInput && this.#out.size === 0) this.#finish();
  }

  #mayRead(): boolean {
    if (this.#source.ended || this.#awaitingInput || this.#over) return false;
    if (this.#held + this.chunkSize.now > this.#window) return false;
    if (this.#runner.room.isThere) return true;
    this.#runner.room.tell(this.#onRoom);
    return false;
  }

  get #window(): number {
    return this.#bufferSize ?? this.chunkSize.window(this.#workers);
  }

  #read(): void {
    try {
      const items = this.#source.read(this.chunkSize.now);
      if (items instanceof Promise) this.#awaitInput(items);
      else this.#send(items);
    } catch (error) {
      this.onInputError(error);
    }
  }

  #awaitInput(reading: Promise<unknown[]>): void {
    this.#awaitingInput = true;
    const proceed = (): void => {
      this.#awaitingInput = false;
      this.proceed();
    };
    reading.then(
      (items) => {
        this.#send(items);
        proceed();
      },
      (error) => {
        this.onInputError(error);
        proceed();
      },
    );
  }

  #send(items: unknown[]): void {
    if (items.length === 0 || this.#over) return;
    const chunk = new Chunk(this, this.#chunks++, items.length);
    this.#out.add(chunk);
    this.#held += chunk.count;
    try {
      chunk.launched = this.#runner.launch(chunk, this.#form, items, this.inContext);
    } catch (error) {
      this.cancel(error);
    }
  }

  #settle(chunk: Chunk, take: () => void): void {
    if (!this.#out.delete(chunk)) return;
    this.#done += chunk.count;
    this.inContext(() => {
      try {
        this.#onProgress?.(this.#done, this.#total);
      } catch (error) {
        this.cancel(error);
      }
      if (this.#over) return;
      take();
      this.proceed();
    });
  }

  #finish(): void {
    if (this.#over) return;
    this.#end();
    this.onEnd(undefined);
  }

  #end(): void {
    this.#over = true;
    this.#source.close();
    this.#runner.room.forget(this.#onRoom);
    this.#runner.release();
  }
}
