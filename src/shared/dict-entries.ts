/** What a dictionary begins with: pairs, which a string or an object without an order is not. */
import { checkIterable, wrongType } from "../platform/errors/arguments.js";

const ARGUMENT = "SharedDict: entries";
const ALLOWED = "pairs, as in new SharedDict(Object.entries({ a: 1 }))";

/** @throws {TypeError} if that can be no iterable of pairs */
export function checkEntries(entries: unknown): void {
  if (typeof entries === "string") throw wrongType(ARGUMENT, ALLOWED, entries);
  checkIterable(ARGUMENT, entries, ALLOWED);
}

/** @returns the entry @throws {TypeError} if it is no pair */
export function checkedEntry<T>(entry: T): T {
  const isPair = typeof entry === "object" && entry !== null && Symbol.iterator in entry;
  if (!isPair) throw wrongType(ARGUMENT, ALLOWED, entry);
  return entry;
}
