/** Where a variable that a function uses is declared, in the text of its file. */
import { boundIdentifiers, children } from "./scope.js";
import type { Node } from "./syntax.js";

interface Declared {
  readonly name: string;
  readonly start: number;
  /** Nothing can assign to it. */
  readonly isConstant: boolean;
}

/**
 * @param from where the function begins, @param to where it ends: what it declares itself is not meant
 * @returns the position of the name in its declaration, or undefined if there is none
 */
export function declarationOf(program: Node, name: string, from: number, to: number): number | undefined {
  let found: Declared | undefined;
  for (let node: Node | undefined = program; node !== undefined; node = around(node, from, to))
    found = declaredIn(node).find((each) => each.name === name) ?? found;
  return (found ?? hoisted(program, name))?.start;
}

/** @returns the node in `node` that the function is in */
function around(node: Node, from: number, to: number): Node | undefined {
  const inside = children(node).find((child) => child.start <= from && child.end >= to);
  const isFunction =
    inside !== undefined && inside.start === from && inside.end === to && /Function|Class/.test(inside.type);
  return isFunction ? undefined : inside;
}

/** @returns what is declared in the scope that `node` opens, but for the `var`s that stand further in */
export function declaredIn(node: Node): readonly Declared[] {
  switch (node.type) {
    case "Program":
    case "BlockStatement":
    case "StaticBlock":
      return node.body.flatMap(declaredBy);
    case "SwitchStatement":
      return node.cases.flatMap((each) => each.consequent.flatMap(declaredBy));
    case "ForStatement":
      return node.init ? declaredBy(node.init) : [];
    case "ForInStatement":
    case "ForOfStatement":
      return declaredBy(node.left);
    case "CatchClause":
      return namesOf(node.param ?? null);
    case "ClassExpression":
      return namesOf(node.id ?? null, true);
    case "FunctionExpression":
    case "FunctionDeclaration":
    case "ArrowFunctionExpression":
      return [...node.params.flatMap((each) => namesOf(each)), ...namesOf(node.id ?? null, true)];
    default:
      return [];
  }
}

function declaredBy(statement: Node): readonly Declared[] {
  switch (statement.type) {
    case "VariableDeclaration": {
      const isConstant = statement.kind !== "var" && statement.kind !== "let";
      return statement.declarations.flatMap(({ id }) => namesOf(id, isConstant));
    }
    case "FunctionDeclaration":
    case "ClassDeclaration":
      return namesOf(statement.id);
    case "ImportDeclaration":
      return statement.specifiers.flatMap(({ local }) => namesOf(local, true));
    case "ExportNamedDeclaration":
    case "ExportDefaultDeclaration":
      return statement.declaration ? declaredBy(statement.declaration) : [];
    default:
      return [];
  }
}

function namesOf(pattern: Node | null, isConstant = false): Declared[] {
  return boundIdentifiers(pattern).map(({ name, start }) => ({ name, start, isConstant }));
}

/** A `var` stands anywhere in the function that it belongs to. */
function hoisted(program: Node, name: string): Declared | undefined {
  const open = [program];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const found = node.type === "VariableDeclaration" ? declaredBy(node).find((each) => each.name === name) : undefined;
    if (found) return found;
    open.push(...children(node));
  }
  return undefined;
}
