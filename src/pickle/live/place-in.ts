/** Places inside of functions and classes, as the debugger calls them. */
import { analyze } from "../text/analyze.js";
import { placeAfter } from "../text/lines.js";
import type { AnyFunction } from "./function-facts.js";
import { type FunctionLocation, openInspector } from "./inspector.js";

/** @returns where the position of `text`, that of `fn`, is in its script */
export function placeIn(fn: AnyFunction, text: string, position: number | undefined): FunctionLocation | undefined {
  const inspector = openInspector();
  const start = inspector instanceof Error ? undefined : inspector.inspectFunction(fn).location;
  if (start === undefined || position === undefined) return undefined;
  const { anchor } = analyze(text);
  const [lineNumber, columnNumber] = placeAfter([start.lineNumber, start.columnNumber], text.slice(anchor, position));
  return { scriptId: start.scriptId, lineNumber, columnNumber };
}
