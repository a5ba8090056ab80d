/**
 * What a run may leave in a worker that would show in the next one. A worker is used again only if there is nothing.
 *
 * Not seen, since Node lists only what keeps an event loop alive: timers that were unref'd. Nor are changes inside the
 * built-in objects, such as a method added to `Array.prototype`, nor another value of a global that Node makes when it is
 * first read, such as `Response`: to look at it is to make it.
 */
import { userModules } from "../pickle/source/user-modules.js";
import { isLazyGlobal } from "../platform/lazy-globals.js";
import { hasStarted } from "./starts.js";

/** Properties of the global object that hold a value; those with a getter are Node's lazy ones. */
function plainGlobals(): PropertyKey[] {
  return Reflect.ownKeys(globalThis).filter((key) => {
    if (isLazyGlobal(key)) return false;
    const property = Object.getOwnPropertyDescriptor(globalThis, key);
    return property !== undefined && "value" in property;
  });
}

/** Node loads its HTTP client when it first needs it, such as for the event of a message; that adds globals of its own. */
function countGlobals(): number {
  const symbols = Object.getOwnPropertySymbols(globalThis);
  const own = symbols.filter((key) => key.description?.startsWith("undici.") === true).length;
  return Object.getOwnPropertyNames(globalThis).length + symbols.length - own;
}

function globalValue(key: PropertyKey): unknown {
  return (globalThis as Record<PropertyKey, unknown>)[key];
}

function listeners(): number {
  return process.eventNames().reduce((count, name) => count + process.listenerCount(name), 0);
}

/** A file that is being closed, as after loading a module, is no handle that anybody holds. */
function handles(): number {
  return process.getActiveResourcesInfo().filter((kind) => kind !== "CloseReq").length;
}

/** The state of this worker before its first run. */
export class Traces {
  readonly #modules = userModules();
  readonly #globals = countGlobals();
  readonly #values = plainGlobals().map((key) => [key, globalValue(key)] as const);
  readonly #listeners = listeners();

  /** @returns what the runs since then have left, in words; undefined if nothing */
  left(): string | undefined {
    if (hasStarted()) return "threads of its own";
    if (userModules() !== this.#modules) return "a module";
    if (handles() > 0) return "a handle";
    if (listeners() !== this.#listeners) return "a listener of the process";
    if (process.exitCode !== undefined) return "an exit code";
    if (countGlobals() !== this.#globals) return "a global";
    return this.#values.every(([key, value]) => Object.is(globalValue(key), value)) ? undefined : "a changed global";
  }
}
