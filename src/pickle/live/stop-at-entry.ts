/**
 * Stops a function when it is called, before its body. Of one with defaults or patterns the engine may take a place in one of
 * those for the entry, which is not reached: it is stopped at its body, and gets arguments of which no default is evaluated.
 */
import { analyze } from "../text/analyze.js";
import type { FirstStep } from "../text/first-step.js";
import { placeAfter } from "../text/lines.js";
import { anyArguments } from "./any-argument.js";
import type { AnyFunction } from "./function-facts.js";
import { type FunctionLocation, openInspector } from "./inspector.js";
import { stopAt } from "./stop-at.js";

/** @returns the value of `expression` inside of `fn`; undefined if it cannot be stopped without running anything of it */
export function stopAtEntry(fn: AnyFunction, expression: string): unknown {
  const text = Function.prototype.toString.call(fn);
  const { simpleParameters, firstStep } = analyze(text);
  if (simpleParameters) return stopAt(fn, fn as () => unknown, expression);
  return firstStep && isSafe() ? stopAtBody(fn, text, firstStep, expression) : undefined;
}

function stopAtBody(fn: AnyFunction, text: string, step: FirstStep, expression: string): unknown {
  const place = beforeStep(fn, text, step);
  return place && stopAt(place, () => Reflect.apply(fn, undefined, anyArguments()), expression);
}

interface Stop extends FunctionLocation {
  /** Calls and returns: what stands before them has been evaluated. All others are the beginnings of statements. */
  readonly type?: string;
}

/** @returns the place where the body is stopped before it evaluates its first expression, if there is one */
function beforeStep(fn: AnyFunction, text: string, { start, end, call }: FirstStep): FunctionLocation | undefined {
  const inspector = openInspector();
  const [from, to] = [placeIn(fn, text, start), placeIn(fn, text, end)];
  if (inspector instanceof Error || from === undefined) return undefined;
  // The engine puts a statement where the sign of its expression is: `+` of `a + b`.
  const range = { start: from, end: to, restrictToFunction: true };
  const { locations } = inspector.debug(() =>
    inspector.post<{ readonly locations: readonly Stop[] }>("Debugger.getPossibleBreakpoints", range),
  );
  const [place, ...others] = locations.filter(({ type }) => type === undefined);
  if (place !== undefined) return others.length > 0 ? undefined : place;
  const own = call === undefined ? undefined : placeIn(fn, text, call);
  return own && locations.find((each) => isSame(each, own));
}

function isSame(place: FunctionLocation, other: FunctionLocation): boolean {
  return place.lineNumber === other.lineNumber && place.columnNumber === other.columnNumber;
}

let safe: boolean | undefined;

/** It must work on functions of ours, before it is used. */
function isSafe(): boolean {
  if (safe === undefined) {
    let ran = false;
    const note = (): boolean => {
      ran = true;
      return ran;
    };
    const block = (a = note(), { b = note() } = {}, ...rest: unknown[]): unknown => {
      note();
      return [a, b, rest];
    };
    const single = (a = note()): boolean => note() && a;
    safe = [block, single].every((fn) => {
      const text = Function.prototype.toString.call(fn);
      const step = analyze(text).firstStep;
      return step !== undefined && stopAtBody(fn, text, step, "'stopped'") === "stopped" && !ran;
    });
  }
  return safe;
}

/** @returns where the position of `text`, that of `fn`, is in its script */
export function placeIn(fn: AnyFunction, text: string, position: number | undefined): FunctionLocation | undefined {
  const inspector = openInspector();
  const start = inspector instanceof Error ? undefined : inspector.inspectFunction(fn).location;
  if (start === undefined || position === undefined) return undefined;
  const { anchor } = analyze(text);
  const [lineNumber, columnNumber] = placeAfter([start.lineNumber, start.columnNumber], text.slice(anchor, position));
  return { scriptId: start.scriptId, lineNumber, columnNumber };
}
