/** Whether a constructor can be run up to the return of `super()` without doing anything, and where it goes on then. */
import type * as Acorn from "acorn";
import type { Node } from "./syntax.js";

/**
 * @returns undefined if something is evaluated before `super()` returns that may throw or have an effect; otherwise where
 * the next statement starts, or null if there is none
 */
export function afterInertSuper({ params, body }: Acorn.FunctionExpression): number | null | undefined {
  const [first, next] = body.body;
  const call = first?.type === "ExpressionStatement" ? first.expression : undefined;
  if (call?.type !== "CallExpression" || call.callee.type !== "Super") return undefined;
  if (!params.every(isInertParameter) || !call.arguments.every(isInert)) return undefined;
  return next?.start ?? null;
}

/** Called without arguments, a pattern would throw. */
function isInertParameter(parameter: Acorn.Pattern): boolean {
  if (parameter.type === "AssignmentPattern") return parameter.left.type === "Identifier" && isInert(parameter.right);
  return (
    parameter.type === "Identifier" || (parameter.type === "RestElement" && parameter.argument.type === "Identifier")
  );
}

/** Every variable in it is undefined, or an outer one that is there already. */
function isInert(node: Node): boolean {
  switch (node.type) {
    case "Identifier":
    case "Literal":
    case "ArrowFunctionExpression":
    case "FunctionExpression":
      return true;
    case "SpreadElement":
      return node.argument.type === "Identifier";
    case "TemplateLiteral":
      return node.expressions.every(isInert);
    case "ArrayExpression":
      return node.elements.every((element) => element === null || isInert(element));
    case "ObjectExpression":
      return node.properties.every((p) =>
        p.type === "Property" ? !p.computed && isInert(p.value) : isInert(p.argument),
      );
    case "ConditionalExpression":
      return isInert(node.test) && isInert(node.consequent) && isInert(node.alternate);
    case "LogicalExpression":
      return isInert(node.left) && isInert(node.right);
    default:
      return false;
  }
}
