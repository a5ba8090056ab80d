/** Members that an expression names: `Math.random`, `list.map()`. */
import type * as Acorn from "acorn";
import type { Scope } from "./scope.js";
import type { Node } from "./syntax.js";

/** @returns the two names of `Math.random`, unless the first is one of `scope` */
export function namedMember(node: Node, scope: Scope): readonly [variable: string, key: string] | undefined {
  if (node.type !== "MemberExpression" || node.object.type !== "Identifier") return undefined;
  const key = keyOf(node);
  return key === undefined || scope.has(node.object.name) ? undefined : [node.object.name, key];
}

/** @returns the name of the method that `list.map()` calls */
export function calledMethod(node: Node): string | undefined {
  return node.type === "CallExpression" && node.callee.type === "MemberExpression" ? keyOf(node.callee) : undefined;
}

function keyOf({ computed, property }: Acorn.MemberExpression): string | undefined {
  return !computed && property.type === "Identifier" ? property.name : undefined;
}
