/**
 * Whether a variable that a function has captured can hold anything else one day. The file must be parsed for it, which is
 * worth it only for what is asked often: until then the answer is no.
 */
import { BeyondBounds, withinStack } from "../text/bounded-parser.js";
import { offsetOfLine } from "../text/lines.js";
import { SteadyNames } from "../text/steady-names.js";
import { parseFile } from "../text/syntax.js";
import type { Facts } from "./function-facts.js";
import type { FunctionLocation, Inspector } from "./inspector.js";
import { sourceOf } from "./scripts.js";

/** Scripts remembered. */
const MOST_SCRIPTS = 256;
const byScript = new Map<string, Text | undefined>();

interface Text {
  readonly source: string;
  readonly names: SteadyNames;
}

/** Characters that are parsed in the time that it takes to read the variables of one function. */
const READING = 2000;

/** Readings after which the engine is asked for a text that is in no file; it takes as long to begin to tell. */
const BEFORE_ASKING = 200;

/** A variable around a function. */
export interface Captured {
  readonly name: string;
  /** What it holds; undefined for a global. */
  readonly value: unknown;
  readonly isGlobal: boolean;
}

/** @returns whether to find out, after the variables of the function have been read so often */
export function isWorthParsing({ script }: Facts, { scriptId }: FunctionLocation, readings: number): boolean {
  if (byScript.has(scriptId)) return true;
  return readings >= (script?.source === undefined ? BEFORE_ASKING : script.source.length / READING);
}

/** @returns those that may hold something else one day, or be hidden by another of that name */
export function unsteady(
  inspector: Inspector,
  { analysis, script }: Facts,
  { scriptId, lineNumber, columnNumber }: FunctionLocation,
  captured: readonly Captured[],
): readonly Captured[] {
  const text = textOf(inspector, scriptId);
  if (text === undefined) return captured;
  const { source, names } = text;
  const from = offsetOfLine(source, lineNumber) + columnNumber - analysis.anchor;
  const to = from + analysis.text.length;
  // Code that another text has made sees the variables of that.
  const isWhole = script?.isModule === true || script?.source !== undefined;
  if (source.slice(from, to) !== analysis.text) return captured;
  return captured.filter(({ name, value, isGlobal }) =>
    isGlobal ? !(isWhole && names.isOpen) : !names.isSteady(name, [from, to], value, isWhole),
  );
}

function textOf(inspector: Inspector, scriptId: string): Text | undefined {
  if (!byScript.has(scriptId)) {
    if (byScript.size >= MOST_SCRIPTS) byScript.clear();
    byScript.set(scriptId, read(sourceOf(inspector, scriptId)));
  }
  return byScript.get(scriptId);
}

/** What cannot be read, or would take too long, tells nothing. */
function read(source: string): Text | undefined {
  try {
    return withinStack(() => ({ source, names: new SteadyNames(parseFile(source)) }));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof BeyondBounds) return undefined;
    throw error;
  }
}
