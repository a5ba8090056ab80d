/**
 * The names of a file's variables that may have had more than one value. Goes by the name alone: a variable of the same name
 * that is assigned to elsewhere makes it doubtful, too.
 */
import { boundNames, children } from "./scope.js";
import type { Node } from "./syntax.js";

export function assignedNames(program: Node): ReadonlySet<string> {
  const found = { assigned: new Set<string>(), given: new Set<string>() };
  visit(program, false, found);
  return found.assigned;
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
