/**
 * Whether a variable of a script may have had more than one value. Goes by the name alone: a variable of the same name that
 * is assigned to elsewhere makes it doubtful, too. And whether a function was made as its script was loaded.
 */
import { assignedNames } from "../text/assigned-names.js";
import { opaqueParts, type Part } from "../text/deferred-code.js";
import { offsetOfLine } from "../text/lines.js";
import { type Node, parseFile } from "../text/syntax.js";
import type { FunctionLocation, Inspector } from "./inspector.js";
import { sourceOf } from "./scripts.js";

/** Scripts remembered. */
const MOST_SCRIPTS = 256;
const byScript = new Map<string, Text | undefined>();

interface Text {
  readonly source: string;
  readonly doubtful: ReadonlySet<string>;
  readonly opaque: readonly Part[];
}

/** @returns whether variables called `name` in this script may be assigned to; true if its text cannot be read */
export function isReassigned(inspector: Inspector, scriptId: string, name: string): boolean {
  return textOf(inspector, scriptId)?.doubtful.has(name) ?? true;
}

/** @returns whether the function there is written in none that may be called later; false if the text cannot be read */
export function isTopLevel(inspector: Inspector, { scriptId, lineNumber, columnNumber }: FunctionLocation): boolean {
  const text = textOf(inspector, scriptId);
  const at = text && offsetOfLine(text.source, lineNumber) + columnNumber;
  return at !== undefined && text?.opaque.every(([start, end]) => at < start || at >= end) === true;
}

function textOf(inspector: Inspector, scriptId: string): Text | undefined {
  if (!byScript.has(scriptId)) {
    if (byScript.size >= MOST_SCRIPTS) byScript.clear();
    byScript.set(scriptId, readText(sourceOf(inspector, scriptId)));
  }
  return byScript.get(scriptId);
}

function readText(source: string): Text | undefined {
  let program: Node;
  try {
    program = parseFile(source);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
  return { source, doubtful: assignedNames(program), opaque: opaqueParts(program) };
}
