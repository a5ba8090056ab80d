/** What a module imports and exports, from its text. */
import type * as Acorn from "acorn";
import { type ImportBinding, readImportHead } from "./import-head.js";
import { placeAfter } from "./lines.js";
import { boundNames } from "./scope.js";
import { parseModule } from "./syntax.js";

export interface ModuleBindings {
  /** Local name to its import. */
  readonly imports: ReadonlyMap<string, ImportBinding>;
  /** Local name to the name it is exported under. */
  readonly exports: ReadonlyMap<string, string>;
  /** `export default` followed by an expression or an unnamed function or class. */
  readonly anonymousDefault: AnonymousDefault | undefined;
}

/** Other functions of the module can have the same text: the place tells them apart. */
export interface AnonymousDefault {
  readonly text: string;
  /** Where the text starts, as V8 counts: from 0. */
  readonly at: readonly [line: number, column: number];
}

/** @returns what the module says; nothing if its text cannot be parsed. It is parsed when a question needs that */
export function readModule(source: string): ModuleBindings {
  let imports: ModuleBindings["imports"] | undefined;
  let parsed: ModuleBindings | undefined;
  const whole = (): ModuleBindings => {
    parsed ??= parseBindings(source);
    return parsed;
  };
  return {
    get imports(): ModuleBindings["imports"] {
      imports ??= readImportHead(source) ?? whole().imports;
      return imports;
    },
    get exports(): ModuleBindings["exports"] {
      return whole().exports;
    },
    get anonymousDefault(): AnonymousDefault | undefined {
      return whole().anonymousDefault;
    },
  };
}

/** As `readModule`, but parses at once. */
export function parseBindings(source: string): ModuleBindings {
  const imports = new Map<string, ImportBinding>();
  const exports = new Map<string, string>();
  let anonymousDefault: AnonymousDefault | undefined;
  for (const statement of statementsOf(source)) {
    if (statement.type === "ImportDeclaration") readImport(statement, imports);
    else if (statement.type === "ExportNamedDeclaration") readExport(statement, exports);
    else if (statement.type === "ExportDefaultDeclaration") {
      const { declaration } = statement;
      const named = "id" in declaration && declaration.id ? declaration.id.name : undefined;
      const local = declaration.type === "Identifier" ? declaration.name : named;
      if (local !== undefined) exports.set(local, "default");
      else anonymousDefault = anonymousAt(source, declaration);
    }
  }
  return { imports, exports, anonymousDefault };
}

function anonymousAt(source: string, { start, end }: { start: number; end: number }): AnonymousDefault {
  return { text: source.slice(start, end), at: placeAfter([0, 0], source.slice(0, start)) };
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
