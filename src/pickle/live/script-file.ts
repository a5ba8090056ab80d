/**
 * A script that is known without the Debugger domain, which takes 30 ms and more to switch on: its address is found on the
 * stack, its text in its file. Most functions are sent by one that stands in the same file.
 *
 * The engine tells of every call that runs which text the code is from, as a hash: the file is believed only if it has the
 * same. So it does not matter whether it has changed since, or a loader has changed the text on its way.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath, pathToFileURL } from "node:url";
import { builtin } from "../../platform/engine/builtin.js";
import type { Inspector } from "./inspector.js";

export interface ScriptFile {
  readonly url: string;
  readonly source: string;
}

/** Calls looked at; as many as the inspector tells of. */
const MOST_CALLS = 200;

interface Call {
  getScriptNameOrSourceURL(): string | null | undefined;
  /** SHA-256 of the text, in hexadecimal digits. */
  getScriptHash?(): string;
}

/** @returns the script, or undefined if only the engine has its text, or nothing of it runs now */
export function scriptInFile(inspector: Inspector, scriptId: string): ScriptFile | undefined {
  const url = addressOf(scriptId, inspector);
  if (url === undefined || !url.startsWith("file:")) return undefined;
  const hash = hashOf(url);
  const text = hash === undefined ? undefined : textOf(url);
  if (text === undefined || builtin("node:crypto").createHash("sha256").update(text).digest("hex") !== hash)
    return undefined;
  return { url, source: text.toString("utf8") };
}

interface Thrown {
  readonly exceptionDetails?: {
    readonly stackTrace?: { readonly callFrames: readonly { readonly scriptId: string; readonly url: string }[] };
  };
}

/** @returns the address that this script alone has among those that run now; the stack of an exception names them all */
function addressOf(scriptId: string, inspector: Inspector): string | undefined {
  inspector.post("Runtime.enable");
  try {
    const { exceptionDetails } = inspector.post<Thrown>("Runtime.evaluate", { expression: "throw 0", silent: true });
    const frames = exceptionDetails?.stackTrace?.callFrames ?? [];
    const url = frames.find((frame) => frame.scriptId === scriptId)?.url;
    return frames.some((frame) => frame.url === url && frame.scriptId !== scriptId) ? undefined : url;
  } finally {
    inspector.post("Runtime.disable");
  }
}

/** @returns the hash of the text of the script at this address */
function hashOf(url: string): string | undefined {
  return callsNow()
    .find((call) => urlOf(call.getScriptNameOrSourceURL()) === url)
    ?.getScriptHash?.();
}

/** CommonJS modules are called by their path. */
export function urlOf(name: string | null | undefined): string | undefined {
  return name?.startsWith("/") || name?.includes("\\") ? pathToFileURL(name).href : (name ?? undefined);
}

/** @returns what runs now, innermost first; nothing if the program has frozen `Error` */
function callsNow(): readonly Call[] {
  const before = Object.getOwnPropertyDescriptors(Error as { stackTraceLimit?: number; prepareStackTrace?: unknown });
  const holder: { stack?: unknown } = {};
  if (!set("prepareStackTrace", (_: unknown, calls: unknown) => calls)) return [];
  try {
    set("stackTraceLimit", MOST_CALLS);
    Error.captureStackTrace(holder);
    return Array.isArray(holder.stack) ? holder.stack : [];
  } catch {
    return []; // the program has replaced `Error.captureStackTrace`
  } finally {
    restore("stackTraceLimit", before.stackTraceLimit);
    restore("prepareStackTrace", before.prepareStackTrace);
  }
}

function set(name: string, value: unknown): boolean {
  return Reflect.defineProperty(Error, name, { value, writable: true, enumerable: true, configurable: true });
}

function restore(name: string, property: PropertyDescriptor | undefined): void {
  if (property === undefined) Reflect.deleteProperty(Error, name);
  else Reflect.defineProperty(Error, name, property);
}

function textOf(url: string): Buffer | undefined {
  try {
    return readFileSync(fileURLToPath(url));
  } catch {
    return undefined; // Not on the disk, or not any more: the engine has it.
  }
}

/** @returns whether the module at `entry` is being loaded by a call that runs now */
export function runsEntryNow(entry: string): boolean {
  const names = callsNow().map((call) => call.getScriptNameOrSourceURL());
  const at = names.findIndex((name) => urlOf(name)?.replace(/[?#].*$/s, "") === entry);
  // What loads it stands below; a function that was sent is called by the library.
  return at >= 0 && names.slice(at).some((name) => name?.startsWith("node:internal/modules/"));
}
