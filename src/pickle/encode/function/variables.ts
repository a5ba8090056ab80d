/** The variables that a function takes from the scopes around it. */
import { isAddedGlobal } from "../../builtins/globals.js";
import { type Destination, isThere } from "../../destination.js";
import { ARGUMENTS, IMPORT, META } from "../../factory-names.js";
import { isDeclared } from "../../live/declared.js";
import type { AnyFunction, Facts } from "../../live/function-facts.js";
import { type FunctionView, openInspector, type ScopeView } from "../../live/inspector.js";
import { readVariable, scopeOf } from "../../live/scopes.js";
import { isReferable } from "../../modules/by-value.js";
import { isRequire } from "../../modules/module-context.js";
import type { Reference } from "../../modules/noted-imports.js";
import { importedAs, importOf } from "../../modules/script-imports.js";
import { isOfPackage, privatePlace } from "../../packages/package-scope.js";
import type { Entry } from "../../packet.js";
import { noteCache } from "../caches.js";
import { refuseUncertainNames } from "../class/uncertain-names.js";
import type { Encoding } from "../encoding.js";
import { importNode } from "../import-node.js";
import { Hop, Path } from "../path.js";
import { cellOf } from "./cells.js";
import { tellChangedGlobals } from "./changed-globals.js";
import { lexicalThis } from "./lexical-this.js";
import { changesCaptured } from "./lost-mutation.js";
import { isFixed, placeOf, privateNode } from "./package-member.js";
import { refuseLoading, refuseNamespace, refuseUnfinished } from "./refuse-loading.js";
import { encodeLive } from "./shared-with-module.js";
import { whereCaptured, whereDeclared, whereIs } from "./where.js";

/** Names and what they stand for, in the same order. */
export interface Variables {
  readonly names: readonly string[];
  readonly env: readonly Entry[];
  readonly self?: Entry;
  /** Names that stand for cells: see cells.ts. */
  readonly cells?: ReadonlySet<string>;
}

/** @throws {PickleError} if the function assigns to one, or one is not initialised or cannot travel */
export function captureVariables(
  encoding: Encoding,
  fn: AnyFunction,
  facts: Facts,
  view: FunctionView,
  path: Path,
): Variables {
  const names: string[] = [];
  const env: Entry[] = [];
  const cells = new Set<string>();
  const add = (name: string, entry: Entry): void => {
    names.push(name);
    env.push(entry);
  };
  const { analysis, url } = facts;
  refuseUncertainNames(encoding, facts, view, path);
  tellChangedGlobals(facts, (name) => scopeOf(name, view.scopes) === undefined);
  const own = ownVariable(fn, facts, view);
  for (const name of own === undefined ? analysis.free : [...analysis.free, own]) {
    const scope = scopeOf(name, view.scopes);
    if (scope === undefined) {
      refuseAddedGlobal(encoding, facts, name, path);
    }
    if (scope !== undefined) {
      const cell = encodeCell(encoding, fn, facts, view, scope, name, path);
      if (cell !== undefined) cells.add(name);
      add(name, cell ?? encodeVariable(encoding, facts, view, scope, name, path));
    }
  }
  if (analysis.importMetas.length > 0) add(META, encoding.entryOf({ t: "context", kind: "meta", url }));
  if (analysis.dynamicImports.length > 0) refuseLoading(encoding, facts, path);
  if (analysis.dynamicImports.length > 0) add(IMPORT, encoding.entryOf({ t: "context", kind: "import", url }));
  if (analysis.usesArguments) {
    const borrowed = scopeOf("arguments", view.scopes)?.variables["arguments"] as ArrayLike<unknown> | undefined;
    if (borrowed === undefined)
      throw encoding.refusal(
        path,
        `it uses the 'arguments' of a function around it, which cannot be read here${whereIs(facts, 0)}. Take ...args`,
      );
    add(
      ARGUMENTS,
      encoding.entry(
        Array.from(borrowed),
        path,
        new Hop(" → arguments", () => whereCaptured(facts, view, "arguments")),
      ),
    );
  }
  const self = analysis.usesThis ? lexicalThis(encoding, fn, facts, path) : undefined;
  return {
    names,
    env,
    ...(cells.size > 0 ? { cells } : {}),
    ...(self === undefined
      ? {}
      : { self: encoding.entry(self, path, new Hop(" → this", () => whereCaptured(facts, view, "this"))) }),
  };
}

/** @returns the entry of what holds a variable that is shared with other functions, there as here */
function encodeCell(
  encoding: Encoding,
  fn: AnyFunction,
  facts: Facts,
  view: FunctionView,
  scope: ScopeView,
  name: string,
  path: Path,
): Entry | undefined {
  if (isOfPackage(facts.url)) noteCache(readVariable(scope.variables, name).value);
  const live = encodeLive(encoding, facts, view, scope, name, path);
  if (live !== undefined) return live;
  if (!mayAssign(fn, facts, view, scope, name)) refuseAssignment(encoding, facts, view, name, path);
  const cell = cellOf(encoding, facts, view, scope, name);
  return cell && encoding.entry(cell, path, new Hop(` → ${name}`, () => whereCaptured(facts, view, name)));
}

/**
 * @returns the function's own name, if that is a variable outside which is assigned to in the function, or holds something
 * else by now. Otherwise it stands for the function, also in the worker.
 */
function ownVariable(fn: AnyFunction, { analysis, script }: Facts, view: FunctionView): string | undefined {
  const name = analysis.ownName?.name;
  const scope = name === undefined ? undefined : scopeOf(name, view.scopes);
  if (name === undefined || scope === undefined) return undefined;
  if (!analysis.assigned.has(name) && readVariable(scope.variables, name).value === fn) return undefined;
  // What was rebuilt here has only captured variables around it.
  if (script === undefined) return name;
  const inspector = openInspector();
  if (inspector instanceof Error || view.location === undefined) return undefined;
  return isDeclared(inspector, view.location, name) ? name : undefined;
}

/** @returns whether nothing is lost where the function assigns to that variable */
function mayAssign(fn: AnyFunction, facts: Facts, view: FunctionView, scope: ScopeView, name: string): boolean {
  if (isOfPackage(facts.url) && scope.kind !== "Module") return true;
  return readVariable(scope.variables, name).value === fn && requires(facts, view);
}

/**
 * Compilers make of an import that is to load its module at the first use a function that requires the module and then assigns
 * to its own name. Away it does the same with the module that is there.
 */
function requires({ analysis }: Facts, view: FunctionView): boolean {
  const scope = analysis.free.includes("require") ? scopeOf("require", view.scopes) : undefined;
  return scope !== undefined && isRequire(readVariable(scope.variables, "require").value);
}

function refuseAddedGlobal(encoding: Encoding, facts: Facts, name: string, path: Path): void {
  if (!isAddedGlobal(name)) return;
  const problem = `it uses the global '${name}', which this program added at run time${whereIs(facts, 0)}`;
  throw encoding.refusal(path, `${problem}. A worker does not have it: import it, or capture it in a variable`);
}

function remedyFor(to: Destination): string {
  return isThere("process", to)
    ? "Threads do not share variables: only a copy would change. Use a Value from heddle/shared, put it on a Queue, or return the result"
    : "Processes do not share variables: only a copy would change. Return the result";
}

function refuseAssignment(encoding: Encoding, facts: Facts, view: FunctionView, name: string, path: Path): void {
  const at = facts.analysis.assigned.get(name);
  if (at === undefined) return;
  const where = `${whereIs(facts, at)}${whereDeclared(facts, view, name)}`;
  throw encoding.refusal(
    path,
    isOfPackage(facts.url)
      ? `it assigns to '${name}'${where}, a variable of its module, of which a worker has its own. Make it in the worker`
      : `it assigns to the captured variable '${name}'${where}. ${remedyFor(encoding.to)}`,
  );
}

function encodeVariable(
  encoding: Encoding,
  facts: Facts,
  view: FunctionView,
  scope: ScopeView,
  name: string,
  path: Path,
): Entry {
  const step = new Hop(` → ${name}`, () => whereCaptured(facts, view, name));
  const reference = scope.kind === "Module" ? moduleVariable(facts, name) : undefined;
  if (reference) {
    const entry = encoding.entryOf(importNode(encoding, reference, new Path(path, step)));
    encoding.noteReference(readVariable(scope.variables, name).value, entry);
    return entry;
  }
  if (scope.kind === "Module") refuseNamespace(encoding, facts, name, new Path(path, step));
  const { value, unready: cause } = readVariable(scope.variables, name);
  if (cause) {
    const problem = `it captures '${name}' before that is initialised${whereIs(facts, 0)}${whereDeclared(facts, view, name)}`;
    throw encoding.refusal(path, `${problem}. Send it after the declaration of '${name}' has run`, { cause });
  }
  if (isRequire(value)) {
    refuseLoading(encoding, facts, path);
    return encoding.entryOf({ t: "context", kind: "require", url: facts.url });
  }
  if (typeof value === "object" && value !== null) refuseUnfinished(encoding, value, new Path(path, step));
  const imported = typeof value === "object" && value !== null ? importedObject(encoding, value) : undefined;
  if (imported) {
    const entry = encoding.entryOf(importNode(encoding, imported, new Path(path, step)));
    encoding.noteReference(value, entry);
    return entry;
  }
  const kept = encodeKept(encoding, facts, view, name, value, path);
  if (kept !== undefined) return kept;
  if (changesCaptured(encoding, facts, name, value, path)) encoding.watch?.lose();
  return encoding.entry(value, path, step);
}

/** @returns the entry of an object that a variable of a package's module holds: the receiver has its own */
function encodeKept(
  encoding: Encoding,
  facts: Facts,
  view: FunctionView,
  name: string,
  value: unknown,
  path: Path,
): Entry | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const place = privatePlace(placeOf(facts, view), name, value);
  if (place === undefined || !isFixed(facts, view, name)) return undefined;
  const node = privateNode(encoding, place, path);
  return node && encoding.entryOf(node);
}

/** Data that a module exports is copied as it is now. */
function importedObject(encoding: Encoding, value: object): Reference | undefined {
  return importedAs(value) ?? (encoding.isPlain(value) ? undefined : encoding.moduleOf(value));
}

/** @returns the export that a variable of the module is: an import, or the module's own unless that is the entry module */
function moduleVariable({ script, url }: Facts, name: string): Reference | undefined {
  if (script === undefined) return undefined;
  if (script.bindings.imports.has(name)) return importOf(script, name);
  // The whole file is parsed for its exports.
  if (!isReferable(url) || !url.startsWith("file:")) return undefined;
  const exported = script.bindings.exports.get(name);
  return exported === undefined ? undefined : { url, name: exported };
}
