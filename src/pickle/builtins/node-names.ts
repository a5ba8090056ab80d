/**
 * Names of what Node's own modules export, as `node:fs.readFile`: whoever gets such a name finds the value by itself (known-names.ts).
 * Only modules that are loaded have a value to be named; loading the others would cost 100 ms.
 */
import { builtin, isLazyGlobal } from "../../platform/engine/builtin.js";
import { nameOf } from "../../platform/words/name-of.js";
import { knownName } from "./known-names.js";

type Named = object | symbol;

const names = new Map<unknown, string>();

/** Names of everything that Node has loaded so far; it only grows. */
const { moduleLoadList = [] } = process as { moduleLoadList?: readonly string[] };
let named = -1;
let searched = -1;

/** @returns the name of what a module of Node exports, or undefined */
export function builtinName(value: unknown): string | undefined {
  if (moduleLoadList.length !== named) {
    for (const module of loadedModules()) nameExports(module, nameOwn);
    named = moduleLoadList.length;
  }
  return names.get(value);
}

/**
 * As `builtinName`, and looks behind getters, on prototypes and into objects that have a class, which takes some milliseconds:
 * to be asked about what would otherwise be refused.
 */
export function hiddenBuiltinName(value: unknown): string | undefined {
  const name = builtinName(value);
  if (name !== undefined || moduleLoadList.length === searched) return name;
  // What these export is there without them, too: as globals.
  for (const module of new Set([...loadedModules(), "crypto", "perf_hooks"])) nameExports(module, nameAll);
  searched = moduleLoadList.length;
  return names.get(value);
}

/** @returns the function of Node's that it gives `fn` for when asked to promisify that, or undefined */
export function promisifiedFrom(fn: unknown): (() => unknown) | undefined {
  if (hiddenBuiltinName(fn) !== undefined) return undefined;
  const { custom } = builtin("node:util").promisify;
  for (const value of names.keys()) {
    if (typeof value !== "function" || value === fn) continue;
    if (Object.getOwnPropertyDescriptor(value, custom)?.value === fn) return value as () => unknown;
  }
  return undefined;
}

/** Classes that are none of Node's, as far as Node is loaded: every object is asked for its class. */
let foreign = new WeakSet<object>();
let foreignTo = -1;

/** @returns whether that is a class of Node's or the language's, or one that Node makes when it is first asked for */
export function isClassOfNode(cls: object): boolean {
  if (foreignTo !== moduleLoadList.length) {
    foreign = new WeakSet();
    foreignTo = moduleLoadList.length;
  }
  if (foreign.has(cls)) return false;
  const isOfNode = isLazyGlobal(nameOf(cls)) || knownName(cls) !== undefined || builtinName(cls) !== undefined;
  if (!isOfNode) foreign.add(cls);
  return isOfNode;
}

/** Asking for a module that is loaded costs nothing. */
function loadedModules(): string[] {
  const unwanted = /^_|^(sys|punycode|domain|constants|wasi|process)\b/;
  const { isBuiltin } = builtin("node:module");
  return moduleLoadList.flatMap((entry) => {
    const name = entry.startsWith("NativeModule ") ? entry.slice("NativeModule ".length) : "";
    return name !== "" && !unwanted.test(name) && isBuiltin(`node:${name}`) ? [name] : [];
  });
}

function nameExports(module: string, name: typeof nameOwn): void {
  const exported: unknown = process.getBuiltinModule(`node:${module}`);
  if (isHolder(exported)) name(exported, `node:${module}`, 2);
}

/** What is different in each thread, or keeps what is the program's. */
const OWN_OF_THREAD = /^node:(worker_threads\.(workerData|parentPort|resourceLimits)|module\._\w+)$/;

/** @returns whether the value has this name now, and not an earlier one */
function add(value: unknown, name: string): value is Named {
  if (!isHolder(value) && typeof value !== "symbol") return false;
  if (names.has(value) || knownName(value) !== undefined || OWN_OF_THREAD.test(name)) return false;
  names.set(value, name);
  return true;
}

function isHolder(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function nameOwn(holder: object, name: string, depth: number): void {
  if (!add(holder, name) || depth === 0) return;
  for (const key of Object.keys(holder)) {
    const value: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
    if (typeof value === "object" && value !== null) nameOwn(value, `${name}.${key}`, depth - 1);
    else add(value, `${name}.${key}`);
  }
}

const visited = new Set<object>();

function nameAll(holder: object, name: string, depth: number): void {
  add(holder, name);
  if (visited.has(holder) || OWN_OF_THREAD.test(name)) return;
  visited.add(holder);
  const isModule = !name.includes(".");
  for (const [key, value] of [...members(holder, isModule), ...inherited(holder)]) {
    if (isHolder(value) && depth > 0) nameAll(value, `${name}.${key}`, depth - 1);
    else add(value, `${name}.${key}`);
  }
}

/** The getters of a module of Node's that can be listed load what they give, and have no other effect. */
function members(holder: object, isModule: boolean): [key: string, value: unknown][] {
  return Object.entries(Object.getOwnPropertyDescriptors(holder)).map(([key, { value, get, enumerable }]) => [
    key,
    isModule && get !== undefined && enumerable && !isLazyGlobal(key) ? Reflect.get(holder, key) : value,
  ]);
}

/** The methods of an object that has a class. */
function inherited(holder: object): [key: string, value: unknown][] {
  const proto: unknown = Object.getPrototypeOf(holder);
  const isPlain = !isHolder(proto) || knownName(proto) !== undefined;
  if (isPlain) return [];
  const methods = Object.entries(Object.getOwnPropertyDescriptors(proto)).map(
    ([key, { value }]) => [key, value] as const,
  );
  return methods.flatMap(([key, value]) =>
    typeof value === "function" && key !== "constructor" ? [[key, value]] : [],
  );
}
