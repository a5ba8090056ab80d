/**
 * Values that every thread has by itself, by name: the language's own objects (`Array.prototype.map`) and what the `node:`
 * modules export (`node:fs.readFile`, see node-names.ts). They travel as their names. The table is built when first needed.
 */
import { builtin, isLazyGlobal } from "../../platform/engine/builtin.js";
import { noteShared } from "../text/lasting-effects.js";
import { isOriginal, isReplacedGlobal, isReplacedMethod, pristineGlobal } from "./globals.js";

type Named = object | symbol;

const byValue = new Map<unknown, string>();
const byName = new Map<string, unknown>();
let requireHere: NodeJS.Require | undefined;

/**
 * Globals that are not the language's but Node's, and functions written in JavaScript. Without those that load undici when
 * they are first read (fetch, WebSocket, MessageEvent ...): that takes long and leaves globals behind.
 */
const HOST_GLOBALS = new Set(
  `Buffer URL URLSearchParams AbortController AbortSignal Event EventTarget TextEncoder TextDecoder MessageChannel MessagePort
  BroadcastChannel Blob DOMException setTimeout setInterval setImmediate clearTimeout clearInterval clearImmediate
  queueMicrotask structuredClone atob btoa console process`.split(/\s+/),
);

/** Intrinsics that no global name leads to. */
const HIDDEN: readonly (readonly [name: string, value: object])[] = [
  ["%TypedArray%", Object.getPrototypeOf(Int8Array)],
  ["%GeneratorFunction%", function* () {}.constructor],
  ["%AsyncFunction%", (async () => {}).constructor],
  ["%AsyncGeneratorFunction%", async function* () {}.constructor],
  ["%ArrayIteratorPrototype%", Object.getPrototypeOf([].values())],
  ["%StringIteratorPrototype%", Object.getPrototypeOf(""[Symbol.iterator]())],
  ["%RegExpStringIteratorPrototype%", Object.getPrototypeOf("".matchAll(/./g))],
  ["%IteratorPrototype%", Object.getPrototypeOf(Object.getPrototypeOf([].values()))],
];

/** @returns the name of one of the language's or Node's own global objects, or undefined */
export function knownName(value: unknown): string | undefined {
  if (byValue.size === 0) nameGlobals();
  return byValue.get(value);
}

/** @returns the value of that name in this thread, or undefined */
export function knownValue(name: string): unknown {
  if (byValue.size === 0) nameGlobals();
  noteShared(name);
  if (byName.has(name) || !name.startsWith("node:")) return byName.get(name);
  const [module = "", ...path] = name.split(".");
  let value: unknown = builtinNamed(module);
  for (const key of path) value = (value as Record<string, unknown>)[key];
  return value;
}

function builtinNamed(name: string): unknown {
  requireHere ??= builtin("node:module").createRequire(import.meta.url);
  return requireHere(name);
}

function add(value: unknown, name: string): value is Named {
  if (!isNamed(value) || byValue.has(value)) return false;
  byValue.set(value, name);
  byName.set(name, value);
  return true;
}

function isNamed(value: unknown): value is Named {
  return (typeof value === "object" && value !== null) || typeof value === "function" || typeof value === "symbol";
}

function nameGlobals(): void {
  add(globalThis, "globalThis");
  for (const name of Object.getOwnPropertyNames(globalThis)) {
    // Even asked for its descriptor Node may make it: `Navigator` of Node 24 loads undici.
    if (isLazyGlobal(name) && !HOST_GLOBALS.has(name)) continue;
    const value = isReplacedGlobal(name)
      ? pristineGlobal(name)
      : HOST_GLOBALS.has(name)
        ? (globalThis as Record<string, unknown>)[name]
        : Object.getOwnPropertyDescriptor(globalThis, name)?.value;
    // Under the name `global`: what it holds has names without that.
    if (value === globalThis) continue;
    const language = isNative(value) || (typeof value === "object" && value?.[Symbol.toStringTag] === name);
    if (language || HOST_GLOBALS.has(name)) nameIntrinsic(value, name);
  }
  for (const [name, value] of HIDDEN) nameIntrinsic(value, name);
  // Node puts symbols of its own on all objects of classes that extend this one.
  const emitter = new (builtin("node:events").EventEmitter)();
  for (const key of Object.getOwnPropertySymbols(emitter)) add(key, `%EventEmitter%.@@${key.description}`);
  // The environment of whoever reads it, as in a function that says `process.env`.
  add(process.env, "process.env");
}

function isNative(value: unknown): boolean {
  return typeof value === "function" && Function.prototype.toString.call(value).endsWith("{ [native code] }");
}

/** Names a constructor or namespace object, its functions, and those of its prototype. */
function nameIntrinsic(value: unknown, name: string): void {
  if (!isNamed(value) || typeof value === "symbol") return;
  add(value, name);
  nameMembers(value, name);
  const prototype = Object.getOwnPropertyDescriptor(value, "prototype")?.value;
  if (isNamed(prototype) && add(prototype, `${name}.prototype`)) nameMembers(prototype as object, `${name}.prototype`);
}

function nameMembers(holder: object, name: string): void {
  for (const key of Reflect.ownKeys(holder)) {
    const { value, get, set } = Object.getOwnPropertyDescriptor(holder, key) as PropertyDescriptor;
    const label = `${name}.${typeof key === "symbol" ? `@@${key.description}` : key}`;
    if (typeof value === "symbol" || (typeof value === "function" && !isUsers(value, name, key))) add(value, label);
    if (typeof value === "function" && HOST_GLOBALS.has(name)) nameFunctions(value, label);
    if (get) add(get, `get ${label}`);
    if (set) add(set, `set ${label}`);
  }
}

/** Functions may have functions, as `process.hrtime.bigint`. */
function nameFunctions(holder: object, name: string): void {
  for (const key of Object.keys(holder)) {
    const value: unknown = Object.getOwnPropertyDescriptor(holder, key)?.value;
    if (typeof value === "function") add(value, `${name}.${key}`);
  }
}

/** A method that the program has put there travels by value. */
function isUsers(value: unknown, holder: string, key: string | symbol): boolean {
  const [global = ""] = holder.split(".");
  if (!HOST_GLOBALS.has(global)) return !isOriginal(value as () => unknown);
  return typeof key === "string" && isReplacedMethod(holder, key);
}
