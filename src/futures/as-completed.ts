/**
 * Futures in the order in which they are done.
 *
 *   open ──the last one is yielded | the time is up | the signal | return()──▶ over
 *
 * Invariant: a future is in `#pending` until it is done, then in `#ready` until it is yielded, then nowhere: whoever goes on to
 * the next one may let go of it. An async generator would not do: it awaits what it yields.
 */
import { Subscribers } from "../future/subscribers.js";
import { checkWait, type Wait } from "../platform/errors/arguments.js";
import { TimeoutError } from "../platform/errors/errors.js";
import { deadlineIn, timeLeft } from "../platform/waiting/clock.js";
import { keepAlive } from "../platform/waiting/keep-alive.js";
import { stoppable } from "../platform/waiting/stoppable.js";
import { type Future, whenDone } from "./future.js";
import { futuresOf } from "./futures-of.js";

/**
 * A future out of a loop: `future.result()` gives its result. To the compiler it has no `then`: otherwise `for await` would
 * stand for the result, which it does not await.
 */
export type Completed<F> = F & { readonly then: never };

/**
 * Gives the futures themselves, each once, as they are done: first those that are already, then the others in the order in
 * which they end. Cancelled ones are done. Nobody is given their errors by it.
 *
 * `timeout` counts from the call of `asCompleted`. Breaking out of the loop cancels nothing.
 *
 * @throws {TypeError | RangeError} for wrong arguments
 * @throws {TimeoutError} from the loop, when the time is up and all that were done are yielded
 * @throws `signal.reason` from the loop, when the signal is aborted
 */
export function asCompleted<F extends Future<unknown>>(
  futures: Iterable<F>,
  wait: Wait = {},
): AsyncIterableIterator<Completed<F>> {
  const all = futuresOf("asCompleted", futures);
  checkWait("asCompleted", wait);
  return new Completions(all as Set<Completed<F>>, wait);
}

class Completions<F extends Completed<Future<unknown>>> implements AsyncIterableIterator<F> {
  readonly #total: number;
  readonly #signal: AbortSignal | undefined;
  readonly #deadline: number;
  readonly #pending = new Map<F, () => void>();
  readonly #arrivals = new Subscribers<boolean>();
  #ready: (F | undefined)[] = [];
  /** How many of `#ready` are yielded. */
  #yielded = 0;

  constructor(all: ReadonlySet<F>, { timeout, signal }: Wait) {
    this.#total = all.size;
    this.#signal = signal;
    this.#deadline = deadlineIn(timeout);
    for (const future of all)
      if (future.done) this.#ready.push(future);
      else
        this.#pending.set(
          future,
          whenDone(future, () => this.#arrived(future)),
        );
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<F, undefined>> {
    for (;;) {
      const value = this.#take();
      if (value !== undefined) return { value, done: false };
      if (this.#pending.size === 0) return { value: undefined, done: true };
      await this.#nextArrival();
    }
  }

  async return(): Promise<IteratorResult<F, undefined>> {
    this.#end();
    return { value: undefined, done: true };
  }

  #arrived(future: F): void {
    this.#pending.delete(future);
    this.#ready.push(future);
    this.#arrivals.notify(true);
  }

  #take(): F | undefined {
    const value = this.#ready[this.#yielded];
    if (value === undefined) return undefined;
    this.#ready[this.#yielded++] = undefined;
    if (this.#yielded < this.#ready.length) return value;
    this.#ready = [];
    this.#yielded = 0;
    return value;
  }

  async #nextArrival(): Promise<void> {
    const limits = { timeout: timeLeft(this.#deadline), ...(this.#signal && { signal: this.#signal }) };
    let arrived = false;
    try {
      arrived = await stoppable<boolean>(limits, (waiting) => this.#listen((come) => waiting.resolve(come)), late);
    } catch (error) {
      this.#end();
      throw error;
    }
    if (arrived) return;
    const unfinished = this.#pending.size;
    this.#end();
    throw new TimeoutError(`${unfinished} (of ${this.#total}) futures unfinished`);
  }

  #listen(listener: (come: boolean) => void): () => void {
    const leave = this.#arrivals.add(listener);
    const release = keepAlive();
    return () => {
      leave();
      release();
    };
  }

  /** What waits in other calls of `next` finds nothing more. */
  #end(): void {
    for (const takeBack of this.#pending.values()) takeBack();
    this.#pending.clear();
    this.#ready = [];
    this.#yielded = 0;
    this.#arrivals.notify(true);
  }
}

const late = (): boolean => false;
