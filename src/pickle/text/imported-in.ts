/** What the text of a file imports and requires, wherever that stands in it. */
import { children } from "./scope.js";
import type { Node } from "./syntax.js";

/** @returns the specifiers that are written out */
export function importedIn(program: Node): string[] {
  const found: string[] = [];
  const open = [program];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    const source = sourceOf(node);
    if (source?.type === "Literal" && typeof source.value === "string") found.push(source.value);
    open.push(...children(node));
  }
  return found;
}

function sourceOf(node: Node): Node | null | undefined {
  switch (node.type) {
    case "ImportDeclaration":
    case "ExportNamedDeclaration":
    case "ExportAllDeclaration":
    case "ImportExpression":
      return node.source;
    case "CallExpression":
      return node.callee.type === "Identifier" && node.callee.name === "require" ? node.arguments[0] : undefined;
    default:
      return undefined;
  }
}
