/** The first thing that the body of a function does. */
import type { Node } from "./syntax.js";

export interface FirstStep {
  readonly start: number;
  readonly end: number;
  /** Where the engine says it is, if it is a call. */
  readonly call?: number;
}

/** @returns the statement or expression that is evaluated first; undefined if there is none, or it cannot be told */
export function firstStep(body: Node, offset: number): FirstStep | undefined {
  const step = body.type === "BlockStatement" ? firstOf(body.body) : body;
  if (step === UNCERTAIN || step === undefined) return undefined;
  const call = callOf(body, step);
  return {
    start: step.start - offset,
    end: step.end - offset,
    ...(call === undefined ? {} : { call: call - offset }),
  };
}

/** Tests of `if` and the like are none: what is called there is found before the engine can stop. */
function callOf(body: Node, step: Node): number | undefined {
  const node = step.type === "ExpressionStatement" ? step.expression : step;
  if (node === step && step !== body) return undefined;
  if (node.type === "NewExpression") return node.start;
  if (node.type !== "CallExpression" || node.callee.type === "Super") return undefined;
  const { callee } = node;
  if (callee.type !== "MemberExpression") return callee.type === "Identifier" ? callee.start : undefined;
  return callee.computed ? undefined : callee.property.start;
}

const UNCERTAIN = Symbol("uncertain");
type Step = Node | undefined | typeof UNCERTAIN;

/** Functions are declared before anything runs. */
function stepOf(node: Node | null | undefined): Step {
  if (!node) return undefined;
  switch (node.type) {
    case "FunctionDeclaration":
    case "EmptyStatement":
      return undefined;
    case "BlockStatement":
      return firstOf(node.body);
    case "VariableDeclaration":
      return node.declarations.find(({ init }) => init);
    case "ExpressionStatement":
    case "ReturnStatement":
    case "ThrowStatement":
      return node;
    case "IfStatement":
    case "WhileStatement":
      return node.test;
    case "ForStatement":
      return firstOf([node.init, node.test]) ?? UNCERTAIN;
    case "SwitchStatement":
      return node.discriminant;
    case "TryStatement":
      return stepOf(node.block) ?? UNCERTAIN;
    default:
      return node.type.endsWith("Expression") || node.type.endsWith("Literal") || node.type === "Identifier"
        ? node
        : UNCERTAIN;
  }
}

function firstOf(nodes: readonly (Node | null | undefined)[]): Step {
  for (const node of nodes) {
    const step = stepOf(node);
    if (step !== undefined) return step;
  }
  return undefined;
}
