/** Calls functions with what a line brings, inside a worker of a pool. */
import { type Callable, Form, type Runner, type Running } from "../channel/line/line.js";
import type { Destination } from "../pickle/destination.js";
import { prepare, unpack } from "../pickle/pickle.js";
import { toWire, type WireError } from "../pickle/wire-error.js";
import { CancelledError } from "../platform/errors/errors.js";
import { isAwaitable } from "../platform/errors/synchronous.js";
import { type CurrentTask, setCurrentTask } from "../worker/current-task.js";

export class TaskRunner implements Runner {
  readonly #to: Destination;
  readonly #onIdle: () => void;

  constructor(to: Destination, onIdle: () => void) {
    this.#to = to;
    this.#onIdle = onIdle;
  }

  revive(body: unknown): Callable | Promise<Callable> {
    // A module that cannot be loaded is told by `unpack`.
    const ready = prepare(body)?.catch(() => {});
    return ready === undefined ? unpack<Callable>(body) : ready.then(() => unpack<Callable>(body));
  }

  call(fn: Callable, form: Form, payload: unknown, running: Running): unknown {
    setCurrentTask(new StoppableTask(running));
    if (form === Form.ONE) return fn(payload);
    if (form === Form.SPREAD) return fn(...(payload as unknown[]));
    const spread = form === Form.EACH_SPREAD;
    return new EachItem(fn, payload as unknown[], spread, running, (error) => this.toWire(error)).run();
  }

  toWire(error: unknown): WireError {
    return toWire(error, this.#to);
  }

  idle(): void {
    setCurrentTask(undefined);
    this.#onIdle();
  }
}

/** The signal is made when somebody looks at it: most tasks are never asked. */
class StoppableTask implements CurrentTask {
  readonly #running: Running;
  #controller: AbortController | undefined;

  constructor(running: Running) {
    this.#running = running;
  }

  get isInterrupted(): boolean {
    return this.#running.isInterrupted;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      this.#controller = controller;
      const abort = (): void => controller.abort(new CancelledError("The task was asked to stop"));
      if (this.isInterrupted) abort();
      else this.#running.onInterrupt(abort);
    }
    return this.#controller.signal;
  }
}

/** What a chunk gives of which one item has failed: the others after it were not run. */
export interface CutShort {
  /** Of the items before it. */
  readonly results: unknown[];
  readonly wire: WireError;
}

/** @returns whether that is no list of results */
export function isCutShort(value: unknown): value is CutShort {
  return !Array.isArray(value);
}

/** One chunk, item after item. */
class EachItem {
  readonly #fn: Callable;
  readonly #items: readonly unknown[];
  readonly #spread: boolean;
  readonly #running: Running;
  readonly #wire: (error: unknown) => WireError;
  readonly #results: unknown[] = [];

  constructor(
    fn: Callable,
    items: readonly unknown[],
    spread: boolean,
    running: Running,
    wire: (error: unknown) => WireError,
  ) {
    this.#fn = fn;
    this.#items = items;
    this.#spread = spread;
    this.#running = running;
    this.#wire = wire;
  }

  /** Awaits only what has to be awaited: most functions are synchronous. */
  run(): unknown {
    try {
      while (this.#results.length < this.#items.length) {
        const result = this.#next();
        if (isAwaitable(result)) return this.#goOn(result);
        this.#results.push(result);
      }
      return this.#results;
    } catch (error) {
      return this.#cut(error);
    }
  }

  async #goOn(first: unknown): Promise<unknown> {
    try {
      this.#results.push(await first);
      while (this.#results.length < this.#items.length) {
        if (this.#running.isInterrupted) throw new CancelledError("The task was asked to stop");
        const result = this.#next();
        this.#results.push(isAwaitable(result) ? await result : result);
      }
      return this.#results;
    } catch (error) {
      return this.#cut(error);
    }
  }

  #next(): unknown {
    // Called by itself: it must not see this object as its `this`.
    const fn = this.#fn;
    const item = this.#items[this.#results.length];
    return this.#spread ? fn(...(item as unknown[])) : fn(item);
  }

  /** @throws the error, if it is the first item's: then nothing else is to be told */
  #cut(error: unknown): CutShort {
    if (this.#results.length === 0) throw error;
    return { results: this.#results, wire: this.#wire(error) };
  }
}
