/** Whether a function is declared, so that its name is a variable outside of it, or is an expression with a name of its own. */
import { offsetOfLine } from "../text/lines.js";
import { children } from "../text/scope.js";
import { type Node, parseFile } from "../text/syntax.js";
import type { FunctionLocation, Inspector } from "./inspector.js";
import { sourceOf } from "./scripts.js";

/** Answers remembered, as each needs the whole file parsed. */
const MOST_PLACES = 4096;
const byPlace = new Map<string, boolean>();

/** @returns whether the function called `name` at this place is a declaration */
export function isDeclared(inspector: Inspector, location: FunctionLocation, name: string): boolean {
  const { scriptId, lineNumber, columnNumber } = location;
  const place = `${scriptId}:${lineNumber}:${columnNumber}`;
  let declared = byPlace.get(place);
  if (declared === undefined) {
    const source = sourceOf(inspector, scriptId);
    declared = hasDeclaration(parse(source), name, offsetOfLine(source, lineNumber) + columnNumber);
    if (byPlace.size >= MOST_PLACES) byPlace.clear();
    byPlace.set(place, declared);
  }
  return declared;
}

/** What acorn cannot read declares nothing: the function keeps its own name. */
function parse(source: string): Node | undefined {
  try {
    return parseFile(source);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** `at` is the bracket that opens the parameters. */
function hasDeclaration(node: Node | undefined, name: string, at: number): boolean {
  const open = node ? [node] : [];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (each.start > at || each.end <= at) continue;
    if (each.type === "FunctionDeclaration" && each.id?.name === name && each.id.end <= at) {
      if (at < (each.params[0] ?? each.body).start) return true;
    }
    for (const child of children(each)) open.push(child);
  }
  return false;
}
