/**
 * The functions of a pool's tasks: packed when they are taken, shipped once to each worker. One that is taken again, and would
 * be packed the same, is the same for the workers: those that hold no data are kept for that after their last use, but not many.
 */
import type { FunctionId, Line, LineTask } from "../channel/line/line.js";
import type { Destination } from "../pickle/destination.js";
import { type FunctionSnapshots, functionSnapshots } from "../pickle/function-snapshots.js";
import type { Packed } from "../pickle/pickle.js";
import { nameOf } from "../platform/words/name-of.js";

/** Functions that are kept without a use. */
const MOST_KEPT = 64;

/** A function with what it captures, as it was when it was taken. Who takes or holds it releases it, once. */
export class TaskFunction {
  readonly id: FunctionId;
  readonly packed: Packed;
  readonly name: string;
  readonly #onUnused: (fn: TaskFunction) => void;
  #uses = 0;

  constructor(id: FunctionId, packed: Packed, name: string, onUnused: (fn: TaskFunction) => void) {
    this.id = id;
    this.packed = packed;
    this.name = name;
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
  readonly #snapshots: FunctionSnapshots;
  readonly #known = new Map<Packed, TaskFunction>();
  /** Those without a use, the one that was used last at the end. */
  readonly #unused = new Set<TaskFunction>();

  constructor(line: Pick<Line<LineTask>, "define" | "forget">, to: Destination) {
    this.#line = line;
    this.#snapshots = functionSnapshots(to);
  }

  /** @returns the function as it is now, held once @throws {PickleError} if it cannot travel */
  take(fn: (...args: never) => unknown): TaskFunction {
    const packed = this.#snapshots.take(fn, "fn");
    const known = this.#known.get(packed);
    if (known !== undefined) this.#unused.delete(known);
    return (known ?? this.#define(packed, nameOf(fn))).hold();
  }

  #define(packed: Packed, name: string): TaskFunction {
    const made = new TaskFunction(this.#line.define(packed), packed, name, (fn) => this.#onUnused(fn));
    this.#known.set(packed, made);
    return made;
  }

  #onUnused(fn: TaskFunction): void {
    this.#unused.add(fn);
    if (holdsData(fn.packed)) this.#forget(fn);
    else if (this.#unused.size > MOST_KEPT) for (const oldest of this.#unused) return this.#forget(oldest);
  }

  #forget(fn: TaskFunction): void {
    this.#unused.delete(fn);
    this.#known.delete(fn.packed);
    this.#line.forget(fn.id);
  }
}

/** What is kept is to be small. */
function holdsData({ isLive, transfer }: Packed): boolean {
  return isLive !== false || transfer.length > 0;
}
