/** Which names a stretch of source declares: scopes, patterns, hoisting. */
import type * as Acorn from "acorn";
import type { Node } from "./syntax.js";

/** What a variable leads to, through the members of these names; null for one that is computed. */
export interface Source {
  readonly variable: string;
  readonly keys: readonly (string | null)[];
}

/** A set of declared names inside another. */
export class Scope {
  readonly #parent: Scope | undefined;
  readonly #names = new Set<string>();
  /** Constants that hold what a name from outside leads to. */
  readonly #held = new Map<string, Source>();

  constructor(parent?: Scope) {
    this.#parent = parent;
  }

  declare(...names: readonly string[]): void {
    for (const name of names) this.#names.add(name);
  }

  has(name: string): boolean {
    return this.#names.has(name) || (this.#parent?.has(name) ?? false);
  }

  /** Notes what a constant of this very scope holds. */
  hold(name: string, source: Source): void {
    this.#held.set(name, source);
  }

  /** @returns what the constant called `name` holds, if that was noted */
  heldBy(name: string): Source | undefined {
    return this.#names.has(name) ? this.#held.get(name) : this.#parent?.heldBy(name);
  }
}

/** @returns the names that a pattern binds: `a` and `c` of `{ a, b: [c] }` */
export function boundNames(pattern: Node | null): string[] {
  return boundIdentifiers(pattern).map(({ name }) => name);
}

/** As `boundNames`, with where they stand. */
export function boundIdentifiers(pattern: Node | null): Acorn.Identifier[] {
  switch (pattern?.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return pattern.properties.flatMap((p) => boundIdentifiers(p.type === "RestElement" ? p.argument : p.value));
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => boundIdentifiers(element));
    case "AssignmentPattern":
      return boundIdentifiers(pattern.left);
    case "RestElement":
      return boundIdentifiers(pattern.argument);
    default:
      return [];
  }
}

/** @returns the child nodes of `node`, in source order */
export function children(node: Node): Node[] {
  const found: Node[] = [];
  for (const value of Object.values(node as unknown as Record<string, unknown>)) {
    for (const item of Array.isArray(value) ? value : [value]) if (isNode(item)) found.push(item);
  }
  return found;
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

const OWN_VARS = /Function|Class|StaticBlock|PropertyDefinition/;

/** Declares the `var`s of a function body, wherever they stand in it. */
export function declareVars(body: Node, scope: Scope): void {
  for (const child of children(body)) {
    if (OWN_VARS.test(child.type)) continue;
    if (child.type === "VariableDeclaration" && child.kind === "var") declareAll(child, scope);
    declareVars(child, scope);
  }
}

/** Declares what `let`, `const`, `class` and `function` declare in one block. */
export function declareLexical(statements: readonly Node[], scope: Scope): void {
  for (const statement of statements) {
    if (statement.type === "VariableDeclaration" && statement.kind !== "var") declareAll(statement, scope);
    else if (statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration") {
      if (statement.id) scope.declare(statement.id.name);
    }
  }
}

/** Declares every name of a declaration. */
export function declareAll(declaration: Acorn.VariableDeclaration, scope: Scope): void {
  for (const declarator of declaration.declarations) scope.declare(...boundNames(declarator.id));
}
