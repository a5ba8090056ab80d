/**
 * Which variables of a file hold for good what they hold: those of which nothing can change that, once they are initialised.
 * A constant is found by the scope that it is declared in. Of all others the name decides: one that the file assigns to
 * anywhere, or may assign to in a way that no parser sees, is not steady.
 */
import { assignedNames } from "./assigned-names.js";
import { declaredIn } from "./declaration.js";
import { boundNames, children } from "./scope.js";
import type { Node } from "./syntax.js";

/** Variables that a CommonJS file has without declaring them. */
const OF_COMMON_JS = new Set(["exports", "require", "module", "__filename", "__dirname"]);

interface Declaring {
  readonly start: number;
  readonly end: number;
  readonly isCode: boolean;
  /** By name, whether it is a constant. */
  readonly names: ReadonlyMap<string, boolean>;
}

export class SteadyNames {
  /** Nothing in the file brings names into scope, or assigns to any, at run time: no direct `eval`, no `with`. */
  readonly isOpen: boolean;
  readonly #assigned: ReadonlySet<string>;
  /** Outer ones first. */
  readonly #scopes: Declaring[] = [];
  readonly #found: Found = { vars: new Set(), parameters: new Set(), functions: new Set(), inBlocks: new Set() };

  constructor(program: Node) {
    this.#assigned = assignedNames(program);
    this.#visit(program);
    this.isOpen = this.#found.hides !== true;
  }

  /**
   * @param place where the function begins and ends that uses the variable
   * @param value what the variable holds: a `var` may hold nothing yet
   * @param isWhole no other text brings variables into these scopes
   */
  isSteady(name: string, place: readonly [number, number], value: unknown, isWhole: boolean): boolean {
    const { vars, parameters, functions, inBlocks, usesArguments } = this.#found;
    if (!this.isOpen || inBlocks.has(name)) return false;
    if (usesArguments && parameters.has(name)) return false;
    const isConstant = this.#isConstant(name, place);
    if (vars.has(name)) {
      // It belongs to the function around the block, which may be an outer text.
      if (!isWhole || value === undefined || parameters.has(name) || functions.has(name)) return false;
    } else if (isConstant !== undefined) {
      if (isConstant) return true;
    } else if (!isWhole || !OF_COMMON_JS.has(name)) return false;
    return !this.#assigned.has(name);
  }

  /** @returns undefined if it is not declared around there */
  #isConstant(name: string, [from, to]: readonly [number, number]): boolean | undefined {
    return this.#scopes
      .findLast(
        ({ start, end, isCode, names }) =>
          start <= from && end >= to && names.has(name) && !(isCode && start === from && end === to),
      )
      ?.names.get(name);
  }

  #visit(node: Node, isBody = false): void {
    note(node, this.#found);
    const names = declaredIn(node);
    if (names.length > 0) {
      const { start, end, type } = node;
      const isCode = /Function|Class/.test(type);
      this.#scopes.push({ start, end, isCode, names: new Map(names.map((each) => [each.name, each.isConstant])) });
    }
    for (const child of children(node)) {
      if (child.type === "FunctionDeclaration")
        this.#noteDeclared(child, isBody || /^(?:Program|Export)/.test(node.type));
      this.#visit(child, /Function/.test(node.type) && child.type === "BlockStatement");
    }
  }

  #noteDeclared({ id }: Extract<Node, { type: "FunctionDeclaration" }>, isOutermost: boolean): void {
    addAll(isOutermost ? this.#found.functions : this.#found.inBlocks, id);
  }
}

interface Found {
  readonly vars: Set<string>;
  readonly parameters: Set<string>;
  readonly functions: Set<string>;
  /** Functions that are declared in a block: in sloppy code they are assigned to a `var` when it is entered. */
  readonly inBlocks: Set<string>;
  /** In sloppy code it assigns to parameters. */
  usesArguments?: boolean;
  hides?: boolean;
}

function note(node: Node, found: Found): void {
  switch (node.type) {
    case "Identifier":
      if (node.name === "arguments") found.usesArguments = true;
      return;
    case "WithStatement":
      found.hides = true;
      return;
    case "CallExpression":
      if (node.callee.type === "Identifier" && node.callee.name === "eval") found.hides = true;
      return;
    case "VariableDeclaration":
      if (node.kind === "var") for (const { id } of node.declarations) addAll(found.vars, id);
      return;
    case "ArrowFunctionExpression":
    case "FunctionExpression":
    case "FunctionDeclaration":
      for (const each of node.params) addAll(found.parameters, each);
  }
}

function addAll(names: Set<string>, pattern: Node | null): void {
  for (const name of boundNames(pattern)) names.add(name);
}
