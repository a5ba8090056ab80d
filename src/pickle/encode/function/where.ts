/** Positions in the user's files, for error messages. */
import { fileURLToPath } from "node:url";
import { positionIn } from "../../../platform/stacks/source-maps.js";
import type { Facts } from "../../live/function-facts.js";
import { type FunctionView, openInspector } from "../../live/inspector.js";
import { sourceOf } from "../../live/scripts.js";
import { BeyondBounds } from "../../text/bounded-parser.js";
import { declarationOf } from "../../text/declaration.js";
import { offsetOfLine, placeAfter } from "../../text/lines.js";
import { parseFile } from "../../text/syntax.js";

/** @returns ` (file:line:column)` of the character at `offset` of the function's text, or nothing if the file is unknown */
export function whereIs(facts: Facts, offset: number): string {
  const place = placeOf(facts, offset);
  return place === undefined ? "" : ` (${place})`;
}

function placeOf({ url, analysis, at }: Facts, offset: number): string | undefined {
  if (url === "") return undefined;
  const toAnchor = linesIn(analysis.text.slice(0, analysis.anchor));
  const before = analysis.text.slice(0, offset);
  const line = at[0] - toAnchor + linesIn(before);
  const sameLine = line === at[0] - toAnchor;
  const start = toAnchor === 0 ? at[1] - analysis.anchor : 0;
  const column = sameLine ? start + before.length : before.length - before.lastIndexOf("\n") - 1;
  return mapped(url, line, column);
}

/** @returns where a variable that the function has captured is declared, and where the function stands, in words */
export function whereCaptured(facts: Facts, view: FunctionView, name: string): string | undefined {
  const user = placeOf(facts, 0);
  if (user === undefined) return undefined;
  const place = declaredAt(facts, view, name);
  const declared = place === undefined ? `'${name}' is` : `'${name}' is declared at ${place} and`;
  return `${declared} used by the ${facts.analysis.form === "class" ? "class" : "function"} at ${user}`;
}

/** @returns `, declared at file:line:column`, or nothing if that is not known */
export function whereDeclared(facts: Facts, view: FunctionView, name: string): string {
  const place = declaredAt(facts, view, name);
  return place === undefined ? "" : `, declared at ${place}`;
}

/** The file is parsed for it: only a refusal asks. */
function declaredAt({ script, analysis, url }: Facts, { location }: FunctionView, name: string): string | undefined {
  const inspector = openInspector();
  if (url === "" || script === undefined || location === undefined || inspector instanceof Error) return undefined;
  const source = sourceOf(inspector, location.scriptId);
  const from = offsetOfLine(source, location.lineNumber) + location.columnNumber - analysis.anchor;
  const found = declarationIn(source, name, from, from + analysis.text.length);
  return found === undefined ? undefined : mapped(url, ...placeAfter([0, 0], source.slice(0, found)));
}

/** What cannot be read, or would take too long, tells no place. */
function declarationIn(source: string, name: string, from: number, to: number): number | undefined {
  try {
    return declarationOf(parseFile(source), name, from, to);
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof BeyondBounds) return undefined;
    throw error;
  }
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}

/** Lines and columns count from 0 here and from 1 in what is returned. */
function mapped(url: string, line: number, column: number): string {
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  return positionIn(path, line + 1, column + 1) ?? `${path}:${line + 1}:${column + 1}`;
}
