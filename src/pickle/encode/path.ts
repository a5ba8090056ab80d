/** Where in what is sent a value was found, written out only when an error names it. */

import { headOf, quote } from "../../platform/head.js";

/** A step that is no property: a captured variable, an item of a set. It is written as it is. */
export class Hop {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
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
}

function written(step: Step): string {
  if (step instanceof Hop) return step.text;
  if (typeof step === "symbol") return `[${headOf(String(step))}]`;
  if (typeof step === "number" || /^\d+$/.test(step)) return `[${headOf(String(step))}]`;
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(step) ? `.${headOf(step)}` : `[${quote(step)}]`;
}
