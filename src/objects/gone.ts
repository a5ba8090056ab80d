/** What a disposed object reaches instead of its memory, which may be another object's by now: every use of it throws. */
import type { Cell } from "../memory/cell.js";
import type { Wakeup, Word } from "../memory/word.js";
import { RuntimeError } from "../platform/errors/errors.js";

/** @returns the error of whoever uses an object of that class after its `dispose` */
export function disposedError(className: string): RuntimeError {
  return new RuntimeError(`Cannot use this ${className}: it has been disposed`);
}

class Gone {
  readonly #className: string;

  constructor(className: string) {
    this.#className = className;
  }
  load(): never {
    throw disposedError(this.#className);
  }
  store(): never {
    return this.load();
  }
  exchange(): never {
    return this.load();
  }
  compareExchange(): never {
    return this.load();
  }
  add(): never {
    return this.load();
  }
}

/** A word of a disposed object. */
export class GoneWord extends Gone implements Word {
  get isMortal(): never {
    return this.load();
  }
  wait(): Wakeup {
    return this.load();
  }
  waitAsync(): Wakeup {
    return this.load();
  }
  notify(): number {
    return this.load();
  }
}

/** The number of a disposed object. */
export class GoneCell extends Gone implements Cell<never> {
  sub(): never {
    return this.load();
  }
}
