/**
 * The scripts that functions come from: address, text, what they import and export. Asking the engine needs its Debugger
 * domain (see debugger-switch.ts); of most scripts the file tells as much (see script-file.ts).
 */
import { fileURLToPath } from "node:url";
import { isStrictFile } from "../text/import-head.js";
import { type ModuleBindings, readModule } from "../text/module-bindings.js";
import type { Inspector, ScopeView } from "./inspector.js";
import { type ScriptFile, scriptInFile } from "./script-file.js";

export interface Script {
  /** `file:` address, or what else the engine calls it; empty for code without a name. */
  readonly url: string;
  readonly isModule: boolean;
  /** The file begins with "use strict", or is a module. */
  readonly strict: boolean;
  /** The name that stacks show. */
  readonly filename: string;
  /** What the module imports and exports; nothing for a script that is none. */
  readonly bindings: ModuleBindings;
  /** The whole text, where it was read from a file. */
  readonly source?: string;
}

interface ScriptParsed {
  readonly scriptId: string;
  readonly url: string;
  readonly isModule?: boolean;
}

/** How the factories of this library begin when what they hold is strict. */
const STRICT_FACTORY = /^\(function\([^)]*\)\{"use strict"/;

const NO_BINDINGS: ModuleBindings = { imports: new Map(), exports: new Map(), anonymousDefault: undefined };

/** Scripts remembered: every `new Function` is one. */
const MOST_SCRIPTS = 4096;
const known = new Map<string, Script>();

/** @returns the script with this id; `scopes` are those around a function in it */
export function scriptOf(inspector: Inspector, scriptId: string, scopes: readonly ScopeView[]): Script {
  let script = known.get(scriptId);
  if (script === undefined) {
    script = fromFile(inspector, scriptId, scopes) ?? ask(inspector, scriptId);
    if (known.size >= MOST_SCRIPTS) known.clear();
    known.set(scriptId, script);
  }
  return script;
}

/** @returns the text of the script, asked for anew unless it is that of a file */
export function sourceOf(inspector: Inspector, scriptId: string): string {
  const source = known.get(scriptId)?.source;
  if (source !== undefined) return source;
  return inspector.debug(
    () => inspector.post<{ scriptSource: string }>("Debugger.getScriptSource", { scriptId }).scriptSource,
  );
}

function fromFile(inspector: Inspector, scriptId: string, scopes: readonly ScopeView[]): Script | undefined {
  const file = scriptInFile(inspector, scriptId);
  // A module has a scope even if it has no variables.
  const isModule = scopes.some(({ kind }) => kind === "Module");
  return file && { ...describe(file, isModule), source: file.source };
}

/** What the engine has reported; it goes on with those that it compiles while the domain is on. */
const reported = new Map<string, ScriptParsed>();

/** A package has many files: the first question for one of them has them all reported. */
function ask(inspector: Inspector, scriptId: string): Script {
  if (!reported.has(scriptId)) report(inspector);
  const parsed = reported.get(scriptId);
  return describe({ url: parsed?.url ?? "", source: sourceOf(inspector, scriptId) }, parsed?.isModule === true);
}

function report(inspector: Inspector): void {
  reported.clear();
  // Scripts are reported only when the domain is switched on.
  inspector.stopDebugging();
  const notice = ({ scriptId, url, isModule }: ScriptParsed): void =>
    void reported.set(scriptId, { scriptId, url, ...(isModule ? { isModule } : {}) });
  inspector.listen("Debugger.scriptParsed", notice, () => inspector.debug(() => {}));
}

function describe({ url, source }: ScriptFile, isModule: boolean): Script {
  const isFactory = STRICT_FACTORY.test(source);
  return {
    url,
    isModule,
    strict: isModule || isFactory || isStrictFile(source),
    filename: isModule || isFactory || !url.startsWith("file:") ? url : fileURLToPath(url),
    bindings: isModule ? readModule(source) : NO_BINDINGS,
  };
}
