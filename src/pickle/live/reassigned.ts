/**
 * Whether a variable of a script may have had more than one value. Goes by the name alone: a variable of the same name that
 * is assigned to elsewhere makes it doubtful, too. And whether a function was made as its script was loaded.
 */
import { opaqueParts, type Part } from "../text/deferred-code.js";
import { offsetOfLine } from "../text/lines.js";
import { boundNames, children } from "../text/scope.js";
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
  const found = { assigned: new Set<string>(), given: new Set<string>() };
  visit(program, false, found);
  return { source, doubtful: found.assigned, opaque: opaqueParts(program) };
}

interface Found {
  readonly assigned: Set<string>;
  /** `var`s that a declaration has given a value. */
  readonly given: Set<string>;
}

function visit(node: Node, inLoop: boolean, found: Found): void {
  note(node, inLoop, found);
  const loops = inLoop || /^(?:For|While|DoWhile)/.test(node.type);
  const inside = loops && !/Function|Class/.test(node.type);
  for (const child of children(node)) visit(child, inside, found);
}

function note(node: Node, inLoop: boolean, found: Found): void {
  switch (node.type) {
    case "AssignmentExpression":
      return assign(node.left, found);
    case "UpdateExpression":
      return assign(node.argument, found);
    case "ForInStatement":
    case "ForOfStatement":
      return noteEach(node.left, found);
    case "VariableDeclaration":
      return noteDeclaration(node, inLoop, found);
  }
}

function noteEach(left: Node, found: Found): void {
  if (left.type !== "VariableDeclaration") assign(left, found);
  else if (left.kind === "var") for (const { id } of left.declarations) assign(id, found);
}

function noteDeclaration(node: Node & { readonly type: "VariableDeclaration" }, inLoop: boolean, found: Found): void {
  if (node.kind !== "var") return;
  for (const { id, init } of node.declarations) {
    if (!init) continue;
    for (const name of boundNames(id)) {
      if (inLoop || found.given.has(name)) found.assigned.add(name);
      found.given.add(name);
    }
  }
}

function assign(target: Node, { assigned }: Found): void {
  for (const name of boundNames(target)) assigned.add(name);
}
