/** Values of all sizes that say whose they are, and whether they are whole. */
import assert from "node:assert/strict";

export type Marked = number | string;

export interface Mark {
  readonly owner: number;
  readonly number: number;
}

/** Owners are below it. */
const OWNERS = 64;
const LETTERS = [0, 40, 3000, 20_000];

/** @returns the value with that number of that owner, always the same; every fifth one is an integer */
export function marked(owner: number, number: number): Marked {
  const size = LETTERS[number % (LETTERS.length + 1)];
  if (size === undefined) return number * OWNERS + owner;
  return `${owner} ${number} ${String.fromCharCode(97 + (number % 26)).repeat(size)}`;
}

/** @throws {AssertionError} if it is not a whole value */
export function markOf(value: Marked): Mark {
  const [owner = Number.NaN, number = Number.NaN] =
    typeof value === "number" ? [value % OWNERS, Math.floor(value / OWNERS)] : value.split(" ", 2).map(Number);
  assert.ok(value === marked(owner, number), `torn: ${String(value).slice(0, 60)}`);
  return { owner, number };
}
