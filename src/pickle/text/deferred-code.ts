/**
 * The parts of a file that run when something calls for it, not when the file is loaded: the bodies of its functions, but for
 * functions that are called where they stand or handed to a call, as bundlers wrap a module.
 */
import { children } from "./scope.js";
import type { Node } from "./syntax.js";

export type Part = readonly [start: number, end: number];

/** @returns those parts, in order */
export function opaqueParts(program: Node): Part[] {
  const parts: Part[] = [];
  visit(program, parts);
  return parts;
}

function visit(node: Node, parts: Part[]): void {
  if (isFunction(node)) {
    parts.push([node.body.start, node.body.end]);
    return;
  }
  for (const child of node.type === "CallExpression" ? partsOfCall(node) : children(node)) visit(child, parts);
}

type FunctionNode = Extract<
  Node,
  { readonly type: "FunctionExpression" | "FunctionDeclaration" | "ArrowFunctionExpression" }
>;

function isFunction(node: Node): node is FunctionNode {
  return /^(?:Function|ArrowFunction)/.test(node.type);
}

/** Where a function is called at once, or handed to what is, its body is looked into. */
function* partsOfCall(call: Extract<Node, { readonly type: "CallExpression" }>): Generator<Node> {
  const called = call.callee.type === "MemberExpression" ? call.callee.object : call.callee;
  for (const each of [called, ...call.arguments] as Node[]) yield isFunction(each) ? each.body : each;
}
