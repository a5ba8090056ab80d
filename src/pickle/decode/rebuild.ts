/** Evaluates the factories of functions and classes. They were written by the sender: nothing is parsed here. */
import { Script } from "node:vm";
import { noteForeignFile } from "../../platform/stacks/foreign-files.js";
import type { ClassParts, Stamp } from "../factory-names.js";
import type { AnyFunction } from "../live/function-facts.js";
import { adopt } from "../origin.js";
import type { Code, Entry, FunctionNode } from "../packet.js";
import { noteRebuilt, noteThis } from "../rebuilt.js";
import { noteCode } from "../text/lasting-effects.js";

type Built = readonly [fn: AnyFunction, settle?: (values: readonly unknown[]) => void];
type Factory = (...variables: readonly unknown[]) => Built;

/** The switch of all classes that were rebuilt in this thread. */
export const stamp: Stamp = { on: false, writers: new WeakMap() };

/** Factories kept. Most programs send a few functions many times. */
const MOST_KEPT = 2048;
const kept = new Map<string, { readonly factory: Factory; reach: number | undefined }>();

function factoryOf({ source, filename, line, column }: Code): Factory {
  const key = `${filename}:${line}:${column}\n${source}`;
  let known = kept.get(key);
  if (known === undefined) {
    const script = new Script(source, { filename, lineOffset: line, columnOffset: column });
    noteForeignFile(filename);
    known = { factory: script.runInThisContext() as Factory, reach: undefined };
    if (kept.size >= MOST_KEPT) kept.clear();
    kept.set(key, known);
  }
  known.reach = noteCode(source, known.reach);
  return known.factory;
}

/** @returns the function, not yet filled, and what sets its late variables */
export function rebuild(node: FunctionNode, value: (entry: Entry) => unknown): Built {
  const { code, parts } = node;
  const variables = node.env.map(value);
  const keys = parts?.keys.map((key) => value(key) as PropertyKey | null);
  const names = keys?.map((key) => key ?? Symbol("replaced"));
  if (parts && names) {
    const base = parts.base === undefined ? undefined : value(parts.base);
    variables.unshift({ base, keys: names, stamp } satisfies ClassParts);
  }
  const self = node.self === undefined ? undefined : value(node.self);
  const [fn, settle] = Reflect.apply(factoryOf(code), self, variables);
  for (const key of ["name", "length"] as const) {
    const value = node[key];
    if (value !== undefined && fn[key] !== value) Object.defineProperty(fn, key, { value, configurable: true });
  }
  if (node.self !== undefined) noteThis(fn, self);
  adopt(fn, node.origin, node.interned);
  for (const [i, key] of keys?.entries() ?? []) if (key === null) dropMethod(fn, names?.[i] as symbol);
  noteRebuilt(fn, code, keys);
  return [fn, settle as (values: readonly unknown[]) => void];
}

/** A method that was replaced at home is in the text of its class still. */
function dropMethod(cls: AnyFunction, name: symbol): void {
  Reflect.deleteProperty(cls, name);
  Reflect.deleteProperty(cls.prototype, name);
}
