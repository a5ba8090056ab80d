/**
 * Expressions whose evaluation has no effect that outlives it. Calls are not among them, but for two kinds: what is called
 * on an argument of a constructor (away, a stand-in that does nothing: see live/any-argument.ts), and `f.bind(this)`.
 */
import type { Node } from "./syntax.js";

export type NamePredicate = (name: string) => boolean;

const nothing: NamePredicate = () => false;

/** @returns whether `node` is inert; `isArgument` tells the names that hold stand-ins */
export function isInert(node: Node, isArgument: NamePredicate = nothing): boolean {
  const inert = (each: Node | null | undefined): boolean => !each || isInert(each, isArgument);
  switch (node.type) {
    case "Identifier":
    case "ThisExpression":
    case "Literal":
    case "PrivateIdentifier":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return true;
    case "SpreadElement":
      return node.argument.type === "Identifier" || node.argument.type === "ArrayExpression";
    case "TemplateLiteral":
      return node.expressions.every((each) => each.type === "Literal" || isOnArgument(each, isArgument));
    case "ArrayExpression":
      return node.elements.every(inert);
    case "ObjectExpression":
      return node.properties.every((p) =>
        p.type === "Property" ? (!p.computed || inert(p.key)) && inert(p.value) : inert(p.argument),
      );
    case "ConditionalExpression":
      return inert(node.test) && inert(node.consequent) && inert(node.alternate);
    case "LogicalExpression":
    case "BinaryExpression":
      return inert(node.left) && inert(node.right);
    case "UnaryExpression":
      return node.operator !== "delete" && inert(node.argument);
    case "ChainExpression":
    case "ParenthesizedExpression":
      return inert(node.expression);
    case "MemberExpression":
      return isRooted(node, isArgument) && (!node.computed || inert(node.property));
    case "CallExpression":
      return (isOnArgument(node.callee, isArgument) || isBinding(node.callee)) && node.arguments.every(inert);
    default:
      return false;
  }
}

/** `this.a.b`, or a member of an argument. */
function isRooted(node: Node, isArgument: NamePredicate): boolean {
  let root = node;
  while (root.type === "MemberExpression") root = root.object;
  return root.type === "ThisExpression" || isOnArgument(node, isArgument);
}

function isOnArgument(node: Node, isArgument: NamePredicate): boolean {
  let root = node;
  while (root.type === "MemberExpression") root = root.object;
  if (root.type === "CallExpression") return isInert(root, isArgument) && isOnArgument(root.callee, isArgument);
  return root.type === "Identifier" && isArgument(root.name);
}

function isBinding(callee: Node): boolean {
  if (callee.type !== "MemberExpression" || callee.computed || callee.property.type !== "Identifier") return false;
  return (
    callee.property.name === "bind" && callee.object.type === "MemberExpression" && isRooted(callee.object, nothing)
  );
}
