/**
 * What a constructor does when it is called only for the private fields that it installs: with arguments that stand in for
 * any value, so that patterns match, defaults are not evaluated, and what is called on an argument does nothing.
 */
import type * as Acorn from "acorn";
import { isInert } from "./inert.js";
import { boundNames, children } from "./scope.js";
import type { ClassSyntax, FunctionSyntax, Node } from "./syntax.js";

/**
 * @returns undefined if something is evaluated before `super()` returns that may throw or have an effect; otherwise where
 * the next statement starts, or null if there is none
 */
export function afterInertSuper({ params, body }: Acorn.FunctionExpression): number | null | undefined {
  const [first, next] = body.body;
  const call = first && superCall(first);
  if (call === undefined || !takesAnything(params)) return undefined;
  const names = new Set(params.flatMap((parameter) => boundNames(parameter)));
  if (!call.arguments.every((each) => isInert(each, (name) => names.has(name)))) return undefined;
  return next?.start ?? null;
}

/** @returns whether the parameters match stand-ins without evaluating anything of the user's: only computed keys do */
export function takesAnything(params: readonly Acorn.Pattern[]): boolean {
  return params.every(isPlainPattern);
}

function isPlainPattern(pattern: Acorn.Pattern | null): boolean {
  switch (pattern?.type) {
    case "ObjectPattern":
      return pattern.properties.every((p) =>
        p.type === "RestElement"
          ? isPlainPattern(p.argument)
          : (!p.computed || isInert(p.key)) && isPlainPattern(p.value),
      );
    case "ArrayPattern":
      return pattern.elements.every(isPlainPattern);
    case "AssignmentPattern":
      return isPlainPattern(pattern.left);
    case "RestElement":
      return isPlainPattern(pattern.argument);
    default:
      return true;
  }
}

/** @returns whether the constructor does nothing but set fields of the new object to what it makes or is given */
export function onlySetsFields({ params, body }: Acorn.FunctionExpression): boolean {
  const plain = params.every((p) => isPlainPattern(p) && (p.type !== "AssignmentPattern" || isInert(p.right)));
  return plain && body.body.every(setsField);
}

function setsField(statement: Node): boolean {
  if (superCall(statement)?.arguments.every((each) => isInert(each))) return true;
  const set = statement.type === "ExpressionStatement" ? statement.expression : undefined;
  if (set?.type !== "AssignmentExpression" || set.operator !== "=" || set.left.type !== "MemberExpression")
    return false;
  return set.left.object.type === "ThisExpression" && !set.left.computed && isInert(set.right);
}

function superCall(statement: Node): Acorn.CallExpression | undefined {
  const call = statement.type === "ExpressionStatement" ? statement.expression : undefined;
  return call?.type === "CallExpression" && call.callee.type === "Super" ? call : undefined;
}

/** @returns whether a constructor, or a function used as one, may return another object than the new one */
export function returnsValue(node: ClassSyntax | FunctionSyntax): boolean {
  if (node.type !== "ClassExpression") return hasReturn(node.body);
  const maker = node.body.body.find((m) => m.type === "MethodDefinition" && m.kind === "constructor");
  return maker?.type === "MethodDefinition" && hasReturn(maker.value.body);
}

function hasReturn(node: Node): boolean {
  return children(node).some((child) => {
    if (child.type === "ReturnStatement") return child.argument !== null && child.argument !== undefined;
    return !/Function|Class/.test(child.type) && hasReturn(child);
  });
}
