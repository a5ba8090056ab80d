/**
 * What the computed name of a field is made from. The engine computes it once, when the class is made, and keeps the result
 * where nobody can read it; a class that is rebuilt computes it again. That is right only if it gives the same.
 */
import type { Node } from "./syntax.js";

/** Variables, and members of variables, that a name is made from. */
export interface NameSources {
  readonly variables: readonly string[];
  readonly members: readonly (readonly [variable: string, key: string])[];
}

/** @returns what the name is made from, or undefined if it contains anything that may give another value each time */
export function nameSources(key: Node): NameSources | undefined {
  const sources = { variables: [], members: [] };
  return collect(key, sources) ? sources : undefined;
}

interface Collected {
  readonly variables: string[];
  readonly members: (readonly [string, string])[];
}

function collect(node: Node, found: Collected): boolean {
  switch (node.type) {
    case "Literal":
      return true;
    case "Identifier":
      found.variables.push(node.name);
      return true;
    case "TemplateLiteral":
      return node.expressions.every((each) => collect(each, found));
    case "BinaryExpression":
      return node.operator === "+" && collect(node.left, found) && collect(node.right, found);
    case "MemberExpression":
      return collectMember(node, found);
    case "CallExpression":
      return isSymbolFor(node.callee) && node.arguments.every((each) => each.type === "Literal");
    default:
      return false;
  }
}

function collectMember(node: Node & { readonly type: "MemberExpression" }, { members }: Collected): boolean {
  const { object, property, computed } = node;
  if (object.type !== "Identifier") return false;
  if (!computed && property.type === "Identifier") members.push([object.name, property.name]);
  else if (property.type === "Literal" && typeof property.value === "string")
    members.push([object.name, property.value]);
  else return false;
  return true;
}

/** The registry gives the same symbol for ever. */
function isSymbolFor(callee: Node): boolean {
  if (callee.type !== "MemberExpression" || callee.computed || callee.object.type !== "Identifier") return false;
  return callee.object.name === "Symbol" && callee.property.type === "Identifier" && callee.property.name === "for";
}
