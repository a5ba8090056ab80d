/** The `this` that an arrow function takes from the function around it. V8 hides it from the scopes: see stop-at-entry.ts. */
import { url as debuggerUrl } from "node:inspector";
import type { AnyFunction, Facts } from "../../live/function-facts.js";
import { stopAtEntry } from "../../live/stop-at-entry.js";
import { notedThis, noteThis } from "../../rebuilt.js";
import type { Encoding } from "../encoding.js";
import type { Path } from "../path.js";
import { whereIs } from "./where.js";

/** @throws {PickleError} if it cannot be read without running the function */
export function lexicalThis(encoding: Encoding, fn: AnyFunction, facts: Facts, path: Path): unknown {
  let found = notedThis(fn);
  if (found === undefined) {
    const problem = obstacle(fn, facts);
    found = problem === undefined ? (stopAtEntry(fn, "{ self: this }") as { self: unknown } | undefined) : undefined;
    if (found === undefined) {
      const why = `it captures 'this'${problem ?? ", which cannot be read here"}${whereIs(facts, 0)}`;
      throw encoding.refusal(path, `${why}. Write 'const self = this' before it and use self`);
    }
    noteThis(fn, found.self);
  }
  return found.self;
}

function obstacle(fn: AnyFunction, { analysis }: Facts): string | undefined {
  if (!analysis.simpleParameters && analysis.firstStep === undefined)
    return " and what its parameters or its first statement do cannot be told";
  // The condition finds its way through a global of this context.
  if (!(fn instanceof Function)) return " and belongs to another context";
  return debuggerUrl() === undefined ? undefined : ", which cannot be read while a debugger may be attached";
}
