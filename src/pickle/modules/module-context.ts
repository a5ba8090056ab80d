/**
 * What a module gives to its code besides variables: `import.meta`, `import()` and CommonJS `require`. A function that
 * runs in another thread gets ones that work as if it still stood in its module.
 */
import path from "node:path";
import { builtin } from "../../platform/engine/builtin.js";
import { moduleNamed } from "../../platform/modules/own-modules.js";
import { PickleError } from "../errors.js";
import type { PacketNode } from "../packet.js";
import { isToldOfEntry } from "./entry.js";
import { resolve } from "./resolve.js";
import { noteModule } from "./user-modules.js";

export type ContextNode = Extract<PacketNode, { t: "context" }>;

const made = new Map<string, object>();
const nodes = new WeakMap<object, ContextNode>();

/** @returns what `value` gives its module, if this module made it or it is a `require` function */
export function contextOf(value: object): ContextNode | undefined {
  return nodes.get(value);
}

/** @returns whether `value` is the `require` of a CommonJS module */
export function isRequire(value: unknown): boolean {
  return typeof value === "function" && "resolve" in value && "cache" in value && "extensions" in value;
}

/** @returns the same object for the same module, so that it can be sent on */
export function contextFor(kind: ContextNode["kind"], url: string): object {
  const key = `${kind} ${url}`;
  let context = made.get(key);
  if (context === undefined) {
    // What is required through it goes unseen.
    if (kind !== "meta" && kind !== "import") noteModule(url);
    context = kind === "meta" ? metaFor(url) : kind === "import" ? importFrom(url) : requireFrom(url);
    made.set(key, context);
    nodes.set(context, { t: "context", kind, url });
  }
  return context;
}

function metaFor(url: string): object {
  const file = url.startsWith("file:") ? builtin("node:url").fileURLToPath(url) : undefined;
  const meta = Object.create(null) as Record<string, unknown>;
  if (file !== undefined) Object.assign(meta, { dirname: path.dirname(file), filename: file });
  return Object.assign(meta, { resolve: (specifier: string) => resolve(specifier, url), url });
}

function importFrom(url: string): object {
  return async (specifier: unknown, options?: ImportCallOptions): Promise<unknown> => {
    const address = resolve(String(specifier), url);
    refuseProgram(String(specifier), address);
    noteModule(address);
    return options === undefined ? import(address) : import(address, options);
  };
}

function requireFrom(url: string): object {
  const require = builtin("node:module").createRequire(url);
  const checked = (id: string): unknown => {
    const found = require.resolve(id);
    if (path.isAbsolute(found)) refuseProgram(id, builtin("node:url").pathToFileURL(found).href);
    return require(id);
  };
  return Object.assign(checked, require);
}

const PROGRAMS_OWN = /^file:(?!.*\/node_modules\/)/;

/**
 * What stands in the text of a function was looked at where it was sent; this is for what it computes. It loads what reads
 * modules, which few functions need.
 *
 * @throws {PickleError} if loading the module at `address` would run the program again, in a worker
 */
function refuseProgram(specifier: string, address: string): void {
  if (!isToldOfEntry() || !PROGRAMS_OWN.test(address)) return;
  const { programAgain, REMEDY } = moduleNamed(
    "pickle/modules/by-value.js",
  ) as unknown as typeof import("./by-value.js");
  const again = programAgain(address);
  if (again !== undefined) throw new PickleError(`Cannot load "${specifier}", ${again}. ${REMEDY}`);
}
