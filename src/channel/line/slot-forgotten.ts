/** Functions that workers may forget. They are told of several at a time, and not at once: a message wakes who sleeps. */
import { clearTimer, setTimer } from "../../platform/waiting/timers.js";
import type { FunctionId } from "./line.js";

/** Milliseconds. */
const LATER = 50;
const MANY = 64;

export class Forgotten {
  readonly #tell: (fns: readonly FunctionId[]) => void;
  #fns: FunctionId[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(tell: (fns: readonly FunctionId[]) => void) {
    this.#tell = tell;
  }

  add(fn: FunctionId): void {
    this.#fns.push(fn);
    if (this.#fns.length >= MANY) this.#flush();
    else this.#timer ??= setTimer(() => this.#flush(), LATER).unref();
  }

  close(): void {
    clearTimer(this.#timer);
  }

  #flush(): void {
    clearTimer(this.#timer);
    this.#timer = undefined;
    const fns = this.#fns;
    this.#fns = [];
    this.#tell(fns);
  }
}
