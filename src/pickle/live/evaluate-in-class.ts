/** Evaluates an expression where the private names and the variables of a class are in scope. */
import type { AnyClass } from "../registry.js";
import { analyze } from "../text/analyze.js";
import { anyArguments } from "./any-argument.js";
import { stopAt } from "./stop-at.js";

/**
 * Any function of the class will do, as it is stopped at its entry.
 * @returns the value, or undefined if no function of the class can be stopped
 */
export function evaluateInClass(cls: AnyClass, expression: string): unknown {
  for (const fn of functionsOf(cls)) {
    const call =
      fn === cls ? () => Reflect.construct(cls, anyArguments()) : () => Reflect.apply(fn, undefined, anyArguments());
    const value = stopAt(fn, call, expression);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Generators and async functions begin before their first instruction: ordinary ones only. */
function* functionsOf(cls: AnyClass): Generator<AnyClass> {
  const whole = Function.prototype.toString.call(cls);
  for (const holder of [cls.prototype, cls]) {
    for (const { value, get, set } of Object.values(Object.getOwnPropertyDescriptors(holder))) {
      for (const fn of [value, get, set]) {
        const isOwn = typeof fn === "function" && fn !== cls && fn.constructor === Function;
        if (isOwn && isStoppable(fn) && whole.includes(Function.prototype.toString.call(fn))) yield fn;
      }
    }
  }
  if (analyze(whole).shape?.takesAnything === true) yield cls;
}

/** What parameters compute runs before the entry. */
function isStoppable(fn: AnyClass): boolean {
  const { form, simpleParameters } = analyze(Function.prototype.toString.call(fn));
  return form !== "class" && simpleParameters;
}
