/**
 * What a run may leave in a worker that would show in the next one. A worker is used again only if there is nothing.
 *
 * What can be looked at in no time always is. To compare the objects of the language and of Node takes longer, so it is done
 * only if code was sent here whose text may reach them. What nothing shows (a timer that was unref'd, the state of most of Node's
 * modules, a global that Node makes when it is first read) is not used again if the code may reach that.
 */
import { userModules } from "../pickle/modules/user-modules.js";
import { onReach, Reach } from "../pickle/text/lasting-effects.js";
import { isLazyGlobal } from "../platform/engine/builtin.js";
import { hasStarted } from "./family/this-run.js";
import { Fingerprint } from "./fingerprint.js";

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
  #fingerprint: Fingerprint | undefined;
  /** What the code of this run may reach. */
  #reach: number = Reach.OWN;

  constructor() {
    onReach((reach, module) => this.#note(reach, module));
  }

  /** Before that code runs. Code of earlier runs was compared, or could change nothing. */
  #note(reach: number, module: string | undefined): void {
    this.#reach = Math.max(this.#reach, reach);
    if (reach === Reach.OWN || this.#reach === Reach.HIDDEN) return;
    this.#fingerprint ??= new Fingerprint();
    if (reach === Reach.WRITTEN) this.#fingerprint.deepen();
    if (module !== undefined) this.#fingerprint.addModule(module);
  }

  /** @returns what the runs since then have left, in words; undefined if nothing */
  left(): string | undefined {
    try {
      return this.#left();
    } catch {
      return "a language in which nothing works"; // an iterator was replaced, say
    }
  }

  #left(): string | undefined {
    if (hasStarted()) return "threads of its own";
    if (userModules() !== this.#modules) return "a module";
    if (handles() > 0) return "a handle";
    if (listeners() !== this.#listeners) return "a listener of the process";
    if (process.exitCode !== undefined) return "an exit code";
    if (countGlobals() !== this.#globals) return "a global";
    if (!this.#values.every(([key, value]) => Object.is(globalValue(key), value))) return "a changed global";
    if (this.#reach === Reach.HIDDEN) return "something that nothing shows";
    if (this.#reach >= Reach.SHARED && this.#fingerprint?.matches() === false)
      return "a changed object of the language or of Node";
    this.#reach = Reach.OWN;
    return undefined;
  }
}
