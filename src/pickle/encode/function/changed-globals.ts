/**
 * Warns of a function that uses by name what the program has replaced in this thread, as `Math.random` or `Date` under fake
 * timers: a worker has the built-in one. Once for each replaced thing.
 */
import { isReplacedGlobal, isReplacedMethod, replacedOnPrototype } from "../../builtins/globals.js";
import type { Facts } from "../../live/function-facts.js";
import { whereIs } from "./where.js";

/** The warning's code, for `process.on("warning")` and `--disable-warning`. */
const CODE = "HEDDLE_CHANGED_GLOBAL";

const warned = new Set<string>();

/** Tells of what the function uses; `isGlobal` says which of its free names are globals. */
export function tellChangedGlobals(facts: Facts, isGlobal: (name: string) => boolean): void {
  const { free, members, methods } = facts.analysis;
  for (const name of free) {
    if (isReplacedGlobal(name) && isGlobal(name)) tell(facts, name, 0);
  }
  for (const [member, at] of members) {
    const [name = "", key = ""] = member.split(".");
    if (isReplacedMethod(name, key) && isGlobal(name)) tell(facts, member, at);
  }
  for (const [method, at] of methods) {
    const prototype = replacedOnPrototype(method);
    if (prototype !== undefined) tell(facts, `${prototype}.${method}`, at);
  }
}

function tell(facts: Facts, what: string, at: number): void {
  if (warned.has(what)) return;
  warned.add(what);
  process.emitWarning(
    `The function may use ${what}${whereIs(facts, at)}, which this program has replaced: a worker has its own. Capture the ` +
      "replacement in a variable, or replace it in a module that the function imports",
    { type: "HeddleWarning", code: CODE },
  );
}
