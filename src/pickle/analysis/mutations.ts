/** Which variable's object an expression changes in place. */
import type * as Acorn from "acorn";
import type { Node } from "./syntax.js";

/** Methods of arrays, maps and sets that change them. */
const CHANGING = new Set("push pop shift unshift splice sort reverse fill copyWithin set add delete clear".split(" "));

/** @returns the variable `config` of `config.list[0] = 1`, `delete config.n`, `config.n++` and `config.list.push(1)` */
export function changedVariable(node: Node): Acorn.Identifier | undefined {
  let root: Node | undefined = changedObject(node);
  while (root?.type === "MemberExpression") root = root.object;
  return root?.type === "Identifier" ? root : undefined;
}

function changedObject(node: Node): Node | undefined {
  switch (node.type) {
    case "AssignmentExpression":
      return holderOf(node.left);
    case "UpdateExpression":
      return holderOf(node.argument);
    case "UnaryExpression":
      return node.operator === "delete" ? holderOf(node.argument) : undefined;
    case "CallExpression": {
      const { callee } = node;
      const named = callee.type === "MemberExpression" && !callee.computed && callee.property.type === "Identifier";
      return named && CHANGING.has((callee.property as Acorn.Identifier).name) ? callee.object : undefined;
    }
    default:
      return undefined;
  }
}

function holderOf(target: Node): Node | undefined {
  return target.type === "MemberExpression" ? target.object : undefined;
}
