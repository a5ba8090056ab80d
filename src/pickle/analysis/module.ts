/** What a module imports and exports, from its text. */
import type * as Acorn from "acorn";
import { boundNames } from "./scope.js";
import { parseModule } from "./syntax.js";

/** Where a local name of a module comes from. `name` is `*` for the whole namespace. */
export interface ImportBinding {
  readonly specifier: string;
  readonly name: string;
  readonly attributes?: Record<string, string>;
}

export interface ModuleBindings {
  /** Local name to its import. */
  readonly imports: ReadonlyMap<string, ImportBinding>;
  /** Local name to the name it is exported under. */
  readonly exports: ReadonlyMap<string, string>;
  /** Text of `export default` followed by an expression or an unnamed function or class. */
  readonly anonymousDefault?: string;
}

/** @returns what the module says; nothing if its text cannot be parsed */
export function readModule(source: string): ModuleBindings {
  const imports = new Map<string, ImportBinding>();
  const exports = new Map<string, string>();
  let anonymousDefault: string | undefined;
  for (const statement of statementsOf(source)) {
    if (statement.type === "ImportDeclaration") readImport(statement, imports);
    else if (statement.type === "ExportNamedDeclaration") readExport(statement, exports);
    else if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      const named = "id" in declaration && declaration.id ? declaration.id.name : undefined;
      const local = declaration.type === "Identifier" ? declaration.name : named;
      if (local !== undefined) exports.set(local, "default");
      else anonymousDefault = source.slice(declaration.start, declaration.end);
    }
  }
  return { imports, exports, ...(anonymousDefault !== undefined ? { anonymousDefault } : {}) };
}

/** A source that acorn cannot read still runs: its functions travel by value, its imports with them. */
function statementsOf(source: string): Acorn.Program["body"] {
  try {
    return parseModule(source).body;
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

function readImport(statement: Acorn.ImportDeclaration, imports: Map<string, ImportBinding>): void {
  const specifier = String(statement.source.value);
  const attributes = Object.fromEntries(
    (statement.attributes ?? []).map((a) => [nameOf(a.key), String(a.value.value)] as const),
  );
  for (const item of statement.specifiers) {
    const name =
      item.type === "ImportDefaultSpecifier"
        ? "default"
        : item.type === "ImportNamespaceSpecifier"
          ? "*"
          : nameOf(item.imported);
    const hasAttributes = Object.keys(attributes).length > 0;
    imports.set(item.local.name, { specifier, name, ...(hasAttributes ? { attributes } : {}) });
  }
}

function readExport(statement: Acorn.ExportNamedDeclaration, exports: Map<string, string>): void {
  if (statement.source) return;
  const { declaration } = statement;
  if (declaration?.type === "VariableDeclaration") {
    for (const item of declaration.declarations) for (const name of boundNames(item.id)) exports.set(name, name);
  } else if (declaration?.id) exports.set(declaration.id.name, declaration.id.name);
  for (const item of statement.specifiers) exports.set(nameOf(item.local), nameOf(item.exported));
}

function nameOf(name: Acorn.Identifier | Acorn.Literal): string {
  return name.type === "Identifier" ? name.name : String(name.value);
}
