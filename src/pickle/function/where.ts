/** Positions in the user's files, for error messages. */
import { fileURLToPath } from "node:url";
import { positionIn } from "../../platform/source-maps.js";
import type { Facts } from "./facts.js";

/** @returns ` (file:line:column)` of the character at `offset` of the function's text, or nothing if the file is unknown */
export function whereIs(facts: Facts, offset: number): string {
  const { url, analysis, at } = facts;
  if (url === "") return "";
  const toAnchor = linesIn(analysis.text.slice(0, analysis.anchor));
  const before = analysis.text.slice(0, offset);
  const line = at[0] - toAnchor + linesIn(before);
  const sameLine = line === at[0] - toAnchor;
  const start = toAnchor === 0 ? at[1] - analysis.anchor : 0;
  const column = sameLine ? start + before.length : before.length - before.lastIndexOf("\n") - 1;
  return ` (${mapped(url, line, column)})`;
}

function linesIn(text: string): number {
  return text.split("\n").length - 1;
}

/** Lines and columns count from 0 here and from 1 in what is returned. */
function mapped(url: string, line: number, column: number): string {
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  return positionIn(path, line + 1, column + 1) ?? `${path}:${line + 1}:${column + 1}`;
}
