/** The futures that a function is given, each once. */
import { checkIterable, describe } from "../platform/errors/arguments.js";
import { typeError } from "../platform/errors/errors.js";
import { Future } from "./future.js";

/** @throws {TypeError} if `futures` is not an iterable of futures */
export function futuresOf<F extends Future<unknown>>(where: string, futures: Iterable<F>): Set<F> {
  checkIterable(`${where}: futures`, futures, "an Iterable of futures");
  const all = new Set(futures);
  for (const each of all)
    if (!(each instanceof Future))
      throw typeError(`${where}: futures must be futures, got ${describe(each)} among them`);
  return all;
}
