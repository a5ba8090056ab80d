/** What no function can take along, and what to do instead. */
import { nameOf } from "../../../platform/words/name-of.js";
import type { AnyFunction, Facts } from "../../live/function-facts.js";
import { computedFields } from "../class/uncertain-names.js";
import type { Encoding } from "../encoding.js";
import type { Path } from "../path.js";
import { whereIs } from "./where.js";

/** @throws {PickleError} if the function uses something that stays behind */
export function refuseUnportable(encoding: Encoding, facts: Facts, fn: AnyFunction, path: Path): void {
  const { analysis, url } = facts;
  const problem = problemOf(facts);
  if (problem !== undefined) {
    const [what, remedy, at = 0] = problem;
    const name = nameOf(fn);
    const subject = name === "" ? "it" : `the ${kindOf(analysis.form)} ${name}`;
    throw encoding.refusal(path, `${subject} ${what}${whereIs(facts, at)}. ${remedy}`);
  }
  const field = computedFields(facts).find(({ sources }) => sources === undefined);
  if (field !== undefined) {
    const why = `the name of a field is computed when the class is made, and may come out differently where it is made again`;
    throw encoding.refusal(path, `${why}${whereIs(facts, field.span[0])}. Keep the name in a const before the class`);
  }
  if (url.startsWith("node:")) {
    const name = nameOf(fn) || `this ${analysis.form}`;
    throw encoding.refusal(path, `${name} is internal to Node.js. Make it in the worker, or send plain data`);
  }
}

function kindOf(form: Facts["analysis"]["form"]): string {
  return form === "arrow" ? "function" : form;
}

type Problem = readonly [problem: string, remedy: string, at?: number];

function problemOf({ analysis }: Facts): Problem | undefined {
  if (analysis.usesNewTarget) return ["captures the new.target of the function around it", "Keep it in a variable"];
  if (analysis.usesSuper) {
    const problem = "uses 'super', which belongs to the class or object literal that it was written in";
    return [problem, `${SEND_WHOLE}. In an object literal, name the object instead of 'super'`];
  }
  for (const [name, at] of analysis.privateNames) return privateProblem(analysis, name, at);
  if (analysis.usesEval)
    return ["calls eval() directly, so its variables cannot be known", "Call it as globalThis.eval"];
  return undefined;
}

const SEND_WHOLE = "Send the object, a bound method of it, or a function that calls the method";

function privateProblem({ form }: Facts["analysis"], name: string, at: number): Problem {
  const problem = `uses the private name #${name} of a class around it, which is known only inside that class`;
  if (form === "class")
    return [problem, `Write this class outside of the one that has #${name}, and let it call a method of that`, at];
  if (form === "method" || form === "getter" || form === "setter") return [problem, SEND_WHOLE, at];
  const field = form === "arrow" ? " (also where a field of the class holds it: bind the method there)" : "";
  return [problem, `Make it a method of that class${field} and send the object or the bound method`, at];
}
