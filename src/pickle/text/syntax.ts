/**
 * Parses the text of one function or class, as `Function.prototype.toString` gives it, into an acorn tree. Such text is
 * not always an expression: a method is wrapped into an object literal first.
 */
import type * as Acorn from "acorn";
import { BeyondBounds, parse } from "./bounded-parser.js";

export type Node = Acorn.AnyNode;
export type FunctionSyntax = Acorn.FunctionExpression | Acorn.ArrowFunctionExpression;
export type ClassSyntax = Acorn.ClassExpression;

export type Form = "arrow" | "function" | "method" | "getter" | "setter" | "class";

export interface ParsedFunction {
  readonly form: Form;
  readonly node: FunctionSyntax | ClassSyntax;
  /** The property that holds a method, getter or setter. */
  readonly property?: Acorn.Property;
  /** Length of what was put before the text: positions in the tree minus this are positions in the text. */
  readonly offset: number;
}

const OPTIONS: Acorn.Options = {
  ecmaVersion: "latest",
  allowSuperOutsideMethod: true,
  allowImportExportEverywhere: true,
  checkPrivateFields: false,
};

/** @throws {SyntaxError} if it is no module */
export function parseModule(source: string): Acorn.Program {
  return parse(source, { ...OPTIONS, sourceType: "module", allowHashBang: true });
}

/** @throws {SyntaxError} if it is neither a module nor a CommonJS file */
export function parseFile(source: string): Acorn.Program {
  try {
    return parseModule(source);
  } catch (error) {
    if (error instanceof BeyondBounds) throw error;
    const around = { allowReturnOutsideFunction: true, allowHashBang: true };
    return parse(source, { ...OPTIONS, ...around, sourceType: "script" });
  }
}

/** Sloppy code may use names that modules reserve: what does not parse as a module is tried as a script. */
function parseExpression(text: string): Acorn.AnyNode {
  let program: Acorn.Program;
  try {
    program = parse(text, { ...OPTIONS, sourceType: "module" });
  } catch (error) {
    if (error instanceof BeyondBounds) throw error;
    program = parse(text, { ...OPTIONS, sourceType: "script" });
  }
  const statement = program.body[0];
  if (statement?.type !== "ExpressionStatement") throw new SyntaxError("not an expression");
  return statement.expression;
}

/** @throws {SyntaxError} if `text` is not the text of a function or class */
export function parseFunction(text: string): ParsedFunction {
  try {
    const node = parseExpression(`(${text}\n)`);
    if (node.type === "ClassExpression") return { form: "class", node, offset: 1 };
    if (node.type === "ArrowFunctionExpression") return { form: "arrow", node, offset: 1 };
    if (node.type === "FunctionExpression") return { form: "function", node, offset: 1 };
  } catch (error) {
    if (error instanceof BeyondBounds) throw error;
    // A method, or an arrow function that uses the `new.target` of the function around it.
  }
  return tryMethod(text) ?? parseArrowInside(text);
}

function tryMethod(text: string): ParsedFunction | undefined {
  let node: Acorn.AnyNode;
  try {
    node = parseExpression(`({${text}\n})`);
  } catch (error) {
    if (error instanceof BeyondBounds) throw error;
    return undefined;
  }
  const property = node.type === "ObjectExpression" ? node.properties[0] : undefined;
  if (property?.type !== "Property" || property.value.type !== "FunctionExpression") return undefined;
  const form = property.kind === "get" ? "getter" : property.kind === "set" ? "setter" : "method";
  return { form, node: property.value, property, offset: 2 };
}

function parseArrowInside(text: string): ParsedFunction {
  const around = "(function(){return(";
  const outer = parseExpression(`${around}${text}\n)})`);
  const inner = outer.type === "FunctionExpression" ? outer.body.body[0] : undefined;
  const node = inner?.type === "ReturnStatement" ? inner.argument : undefined;
  if (node?.type !== "ArrowFunctionExpression") throw new SyntaxError("not a function");
  return { form: "arrow", node, offset: around.length };
}
