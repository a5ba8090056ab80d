/**
 * How the text of a function is edited so that it shares variables with others that were rebuilt from the same scope: each of
 * them is the property of an object that they all get under its name.
 */
import type { Analysis } from "../../text/analyze.js";
import type { Edit } from "../../text/edits.js";
import { findUses } from "../../text/free-names.js";
import { parseFunction } from "../../text/syntax.js";
import type { Use } from "../../text/taken-from-outside.js";

/** What holds the value of a variable that functions share. */
export interface Cell {
  v: unknown;
}

/** @returns the edits that make the names in `cells` mean what their cells hold */
export function cellEdits({ text }: Analysis, cells: ReadonlySet<string>): Edit[] {
  if (cells.size === 0) return [];
  const parsed = parseFunction(text);
  return findUses(parsed).flatMap((use) => (cells.has(use.name) ? [editOf(use, parsed.offset)] : []));
}

function editOf({ name, start, as }: Use, offset: number): Edit {
  const at = start - offset;
  const held = `${name}.v`;
  // Called as it is, it would have the cell for its `this`.
  const text = as === "shorthand" ? `${name}:${held}` : as === "callee" ? `(0,${held})` : held;
  return { start: at, end: at + name.length, text };
}
