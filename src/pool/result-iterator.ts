/** What `imap` gives: an async iterator over the results of a stream, as the program holds it. */
import { waitFor } from "../future/wait-for.js";
import { checkWait, type Wait } from "../platform/errors/arguments.js";
import { TimeoutError } from "../platform/errors/errors.js";
import { deadlineIn, timeLeft } from "../platform/waiting/clock.js";
import type { ItemStream } from "./item-stream.js";

/** A call that nobody can take results of any more ends. */
const dropped = new FinalizationRegistry<ItemStream>((stream) => stream.drop());

const END: IteratorResult<never, undefined> = { done: true, value: undefined };

/** The results of `imap` and `imapUnordered`. */
export class ResultIterator<R> implements AsyncIterableIterator<R, undefined, Wait | undefined> {
  readonly #stream: ItemStream;
  /** Calls of `next` are answered in their order. */
  #last: Promise<unknown> | undefined;

  /** @internal */
  static over<R>(stream: ItemStream): ResultIterator<R> {
    return new ResultIterator(stream);
  }

  private constructor(stream: ItemStream) {
    this.#stream = stream;
    dropped.register(this, stream, this);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /**
   * @param wait `timeout`, in milliseconds: then it rejects with TimeoutError, and the result comes with a later `next`;
   * `signal`: rejects with its reason
   */
  next(wait?: Wait): Promise<IteratorResult<R, undefined>> {
    if (this.#last === undefined && wait === undefined && this.#stream.isReady) return this.#taken();
    const before = this.#last;
    const mine = this.#wait(before, wait);
    const settled = mine.then(
      () => {},
      () => {},
    );
    this.#last = settled;
    void settled.then(() => {
      if (this.#last === settled) this.#last = undefined;
    });
    return mine;
  }

  /** Ends the call: what is not done is given up. */
  async return(): Promise<IteratorResult<R, undefined>> {
    this.#stream.drop();
    return END;
  }

  async #wait(before: Promise<unknown> | undefined, wait: Wait = {}): Promise<IteratorResult<R, undefined>> {
    checkWait("next", wait);
    if (before !== undefined) await before;
    await this.#ready(wait);
    return this.#taken();
  }

  async #ready(wait: Wait): Promise<void> {
    const deadline = deadlineIn(wait.timeout);
    while (!this.#stream.isReady) {
      const { timedOut } = await this.#news({ ...wait, timeout: timeLeft(deadline) });
      if (timedOut) throw new TimeoutError(`There was no result within ${wait.timeout} ms`);
    }
  }

  async #news(wait: Wait): Promise<{ readonly timedOut: boolean }> {
    try {
      return await waitFor(this.#stream.news, wait);
    } catch (error) {
      // The scope of whoever waits is cancelled: nobody will ask again.
      if (wait.signal?.aborted !== true) this.#stream.drop();
      throw error;
    }
  }

  #taken(): Promise<IteratorResult<R, undefined>> {
    const taken = this.#stream.take();
    if (taken === undefined) return Promise.resolve(END);
    if ("error" in taken) return Promise.reject(taken.error as Error);
    return Promise.resolve({ done: false, value: taken.value as R });
  }
}
