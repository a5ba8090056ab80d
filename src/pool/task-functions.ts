/**
 * The functions of a pool's tasks: packed when they are taken, shipped once to each worker. One that is taken again, and is
 * packed the same, is the same for the workers: those that hold no data are kept for that after their last use, but not many.
 */
import { serialize } from "node:v8";
import type { FunctionId, Line, LineTask } from "../channel/line/line.js";
import type { Destination } from "../pickle/destination.js";
import { type Packed, pack, settled } from "../pickle/pickle.js";

/** Functions that are kept without a use. */
const MOST_KEPT = 64;

/** A function with what it captures, as it was when it was taken. Who takes or holds it releases it, once. */
export class TaskFunction {
  readonly id: FunctionId;
  readonly key: string | undefined;
  readonly #onUnused: (fn: TaskFunction) => void;
  #uses = 0;

  /** @param key tells whether another is packed the same; undefined: that is not known */
  constructor(id: FunctionId, key: string | undefined, onUnused: (fn: TaskFunction) => void) {
    this.id = id;
    this.key = key;
    this.#onUnused = onUnused;
  }

  hold(): this {
    this.#uses++;
    return this;
  }

  release(): void {
    if (--this.#uses === 0) this.#onUnused(this);
  }
}

export class TaskFunctions {
  readonly #line: Pick<Line<LineTask>, "define" | "forget">;
  readonly #to: Destination;
  readonly #known = new Map<string, TaskFunction>();
  /** Those without a use, the one that was used last at the end. */
  readonly #unused = new Set<TaskFunction>();

  constructor(line: Pick<Line<LineTask>, "define" | "forget">, to: Destination) {
    this.#line = line;
    this.#to = to;
  }

  /** @returns the function as it is now, held once @throws {PickleError} if it cannot travel */
  take(fn: (...args: never) => unknown): TaskFunction {
    const packed = pack(fn, { to: this.#to, name: "fn" });
    const key = keyOf(packed);
    const known = key === undefined ? undefined : this.#known.get(key);
    if (known === undefined) return this.#define(settled(packed), key).hold();
    this.#unused.delete(known);
    return known.hold();
  }

  #define(packed: Packed, key: string | undefined): TaskFunction {
    const made = new TaskFunction(this.#line.define(packed), key, (fn) => this.#onUnused(fn));
    if (key !== undefined) this.#known.set(key, made);
    return made;
  }

  #onUnused(fn: TaskFunction): void {
    if (fn.key === undefined) return this.#line.forget(fn.id);
    this.#unused.add(fn);
    if (this.#unused.size <= MOST_KEPT) return;
    const [oldest] = this.#unused as Iterable<TaskFunction>;
    if (oldest === undefined) return;
    this.#unused.delete(oldest);
    this.#known.delete(oldest.key as string);
    this.#line.forget(oldest.id);
  }
}

/** @returns what two functions have in common that are packed the same; undefined for those that hold data */
function keyOf({ body, isLive, transfer }: Packed): string | undefined {
  if (isLive !== false || transfer.length > 0) return undefined;
  try {
    return serialize(body).toString("latin1");
  } catch {
    return undefined; // such as one that holds memory that is shared
  }
}
