/** What no function can take along, and what to do instead. */
import type { Encoding } from "../encode/encoding.js";
import type { Path } from "../encode/path.js";
import type { AnyFunction, Facts } from "./facts.js";
import { computedFields } from "./field-names.js";
import { whereIs } from "./where.js";

/** @throws {PickleError} if the function uses something that stays behind */
export function refuseUnportable(encoding: Encoding, facts: Facts, fn: AnyFunction, path: Path): void {
  const { analysis, url } = facts;
  const problem = problemOf(facts);
  if (problem !== undefined) throw encoding.refusal(path, `it ${problem[0]}${whereIs(facts, 0)}. ${problem[1]}`);
  const field = computedFields(facts).find(({ sources }) => sources === undefined);
  if (field !== undefined) {
    const why = `the name of a field is computed when the class is made, and may come out differently where it is made again`;
    throw encoding.refusal(path, `${why}${whereIs(facts, field.span[0])}. Keep the name in a const before the class`);
  }
  if (url.startsWith("node:")) {
    const name = fn.name || `this ${analysis.form}`;
    throw encoding.refusal(path, `${name} is internal to Node.js. Make it in the worker, or send plain data`);
  }
}

function problemOf({ analysis }: Facts): readonly [problem: string, remedy: string] | undefined {
  const sendWhole = "Send the object, a bound method, or a function that calls it";
  if (analysis.usesNewTarget) return ["captures the new.target of the function around it", "Keep it in a variable"];
  if (analysis.usesSuper) return ["uses 'super' outside its class", sendWhole];
  if (analysis.usesPrivateNames) return ["uses a #private name outside its class", sendWhole];
  if (analysis.usesEval)
    return ["calls eval() directly, so its variables cannot be known", "Call it as globalThis.eval"];
  return undefined;
}
