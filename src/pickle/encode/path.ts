/** Where in what is sent a value was found, written out only when an error names it. */
import { headOf, quote } from "../../platform/words/user-text.js";

/** A step that is no property: a captured variable, an item of a set. It is written as it is. */
export class Hop {
  readonly text: string;
  /** Where that is written, in words. */
  readonly where: (() => string | undefined) | undefined;

  constructor(text: string, where?: () => string | undefined) {
    this.text = text;
    this.where = where;
  }
}

export type Step = PropertyKey | Hop;

export class Path {
  readonly #parent: Path | undefined;
  readonly #step: Step;

  constructor(parent: Path | undefined, step: Step) {
    this.#parent = parent;
    this.#step = step;
  }

  /** @returns for example `args[0].user.onClick` or `target → config.handler` */
  toString(): string {
    const parts: string[] = [];
    for (let path: Path | undefined = this; path !== undefined; path = path.#parent) parts.unshift(written(path.#step));
    return parts.join("");
  }

  /** @returns where the last variable on the way is written, in words, or undefined if there is none */
  where(): string | undefined {
    for (let path: Path | undefined = this; path !== undefined; path = path.#parent) {
      const step = path.#step;
      if (step instanceof Hop && step.where !== undefined) return step.where();
    }
    return undefined;
  }
}

function written(step: Step): string {
  if (step instanceof Hop) return step.text;
  if (typeof step === "symbol") return `[${headOf(String(step))}]`;
  if (typeof step === "number" || /^\d+$/.test(step)) return `[${headOf(String(step))}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step) ? `.${headOf(step)}` : `[${quote(step)}]`;
}
