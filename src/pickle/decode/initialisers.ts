/**
 * Whether the field initialisers of a class may run although nobody makes an object with it. Three things show that they
 * have no effect: their text, the class or function that they call, and a trial in which the engine allows none.
 */
import { EventEmitter } from "node:events";
import { performance } from "node:perf_hooks";
import { knownName } from "../builtins/known-names.js";
import { evaluateInClass } from "../live/evaluate-in-class.js";
import { type AnyFunction, textOf } from "../live/function-facts.js";
import { openInspector } from "../live/inspector.js";
import { type AnyClass, registrationOf } from "../registry.js";
import { analyze } from "../text/analyze.js";
import type { Member } from "../text/class-shape.js";

/** What the engine takes for an effect of these stays inside what they make, or is a number nobody else sees. */
const HARMLESS = new Set<unknown>([
  ...[EventEmitter, AbortController, EventTarget, TextEncoder, TextDecoder, URL, URLSearchParams, Promise.resolve],
  ...[Math.random, performance.now, crypto.randomUUID, Object.freeze, Object.seal, Object.preventExtensions],
]);

const fieldOf = new WeakMap<AnyFunction, { readonly name?: string }>();

/** @returns the name of a field of `cls` whose initialiser may have an effect, or undefined */
export function effectiveField(cls: AnyClass): string | undefined {
  let found = fieldOf.get(cls);
  if (found === undefined) {
    // A class may lead to itself: an object that holds another one of its kind.
    fieldOf.set(cls, {});
    found = findEffective(cls);
    fieldOf.set(cls, found);
  }
  return found.name;
}

function findEffective(cls: AnyClass): { readonly name?: string } {
  const { text, shape } = analyze(textOf(cls));
  const open = shape?.members.filter((m) => m.kind === "field" && !m.isStatic && !m.isInert) ?? [];
  if (open.length === 0) return {};
  const texts = open.map(({ value = [0, 0] }) => text.slice(...value));
  const trials = trialsOf(cls, texts);
  const failed = open.find((_, i) => !trials?.[i] || !isHarmless(trials[i]));
  return failed ? { name: nameOf(failed, text) } : {};
}

function nameOf({ privateName, key = [0, 0] }: Member, text: string): string {
  return privateName === undefined ? text.slice(...key) : `#${privateName}`;
}

/** An initialiser, and what it calls if it is nothing but a call. */
interface Trial {
  readonly whole: () => unknown;
  readonly callee?: () => unknown;
}

const CALL = /^(?:new\s+)?([\p{ID_Start}$_][\p{ID_Continue}$.]*)\s*\(\s*(?:[\p{ID_Continue}$."'[\]{}]+\s*)?\)$/u;

function trialsOf(cls: AnyClass, texts: readonly string[]): readonly Trial[] | undefined {
  const trials = texts.map((text) => {
    const callee = CALL.exec(text)?.[1];
    return `{ whole: () => (${text}\n)${callee === undefined ? "" : `, callee: () => (${callee})`} }`;
  });
  return evaluateInClass(cls, `[${trials.join()}]`) as readonly Trial[] | undefined;
}

function isHarmless({ whole, callee }: Trial): boolean {
  const inspector = openInspector();
  if (inspector instanceof Error) return false;
  if (inspector.callWithoutEffects(whole) !== undefined) return true;
  const called = callee && inspector.callWithoutEffects(callee)?.value;
  return typeof called === "function" && isHarmlessFunction(called);
}

/** Making an object of such a class leaves nothing behind. The library's own take memory, which is given back. */
function isHarmlessFunction(fn: AnyFunction): boolean {
  if (HARMLESS.has(fn) || registrationOf(fn) !== undefined) return true;
  const shape = knownName(fn) === undefined ? analyze(textOf(fn)).shape : undefined;
  if (shape === undefined || !shape.onlySetsFields) return false;
  const parent: unknown = shape.superclass === undefined ? undefined : Object.getPrototypeOf(fn);
  if (typeof parent === "function" && knownName(parent) === undefined && !isHarmlessFunction(parent)) return false;
  return effectiveField(fn as AnyClass) === undefined;
}
