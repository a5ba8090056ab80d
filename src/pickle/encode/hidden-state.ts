/** Objects whose state cannot be read, so that no copy of them can be made: what they are and what to do instead. */
import * as types from "node:util/types";
import { nameOf, withArticle } from "../../platform/words/name-of.js";
import { knownName } from "../builtins/known-names.js";
import { builtinName } from "../builtins/node-names.js";
import { readVariable } from "../live/scopes.js";
import { isNamespaceByValue } from "../modules/module-objects.js";

/** @returns why an object of one of the language's own kinds cannot travel, or undefined */
export function hiddenState(object: object): string | undefined {
  if (types.isProxy(object)) return "it is a Proxy, whose traps stay here. Send the object behind it";
  if (types.isPromise(object)) return "it is a Promise. Await it and send the result";
  if (types.isWeakMap(object)) return "it is a WeakMap, whose entries cannot be listed. Use a Map";
  if (types.isWeakSet(object)) return "it is a WeakSet, whose members cannot be listed. Use a Set";
  if (object instanceof WeakRef) return "it is a WeakRef. Send what it refers to";
  if (object instanceof FinalizationRegistry) return "it is a FinalizationRegistry, which stays here";
  if (types.isGeneratorObject(object))
    return "it is a running generator. Send the generator function, or an array of its values";
  if (types.isModuleNamespaceObject(object)) return namespaceProblem(object);
  // Deno does not have the question.
  if (types.isExternal?.(object)) return "it belongs to native code";
  return isIterator(object) ? "it is an iterator. Send an array of its values" : undefined;
}

/** The namespace of a module whose code travels by value is copied as any object. */
function namespaceProblem(namespace: object): string | undefined {
  if (!isNamespaceByValue(namespace))
    return "it is the namespace of a module that is not known here. Import the module in the function instead";
  const unready = Object.getOwnPropertyNames(namespace).find((key) => readVariable(namespace as never, key).unready);
  return unready && `it is the namespace of a module in which '${unready}' is not initialised yet. Send it afterwards`;
}

function isIterator(object: object): boolean {
  if (types.isMapIterator(object) || types.isSetIterator(object)) return true;
  return knownName(Object.getPrototypeOf(object))?.endsWith("IteratorPrototype%") ?? false;
}

/** What a stream has to do when something was written is a function of Node's own. */
function isStream(name: string): boolean {
  return /^node:stream\.(?:Writable|Duplex|Transform|PassThrough)$/.test(name);
}

const problems = new WeakMap<object, string | null>();

/** @returns why an object whose class is not the user's cannot be copied by its properties, or undefined if it can */
export function foreignState(object: object): string | undefined {
  const proto: object | null = Object.getPrototypeOf(object);
  if (proto === null || proto === Object.prototype) return undefined;
  let problem = problems.get(proto);
  if (problem === undefined) {
    problem = problemOfClasses(proto);
    problems.set(proto, problem);
  }
  return problem ?? undefined;
}

function ownMaker(prototype: object): unknown {
  return Object.getOwnPropertyDescriptor(prototype, "constructor")?.value;
}

function problemOfClasses(first: object): string | null {
  for (let proto: object = first; proto !== Object.prototype; ) {
    const maker = ownMaker(proto) as { prototype?: unknown } | undefined;
    const behind: object | null = Object.getPrototypeOf(proto);
    if (behind === null) return null; // The `Object.prototype` of another context.
    const isClass = typeof maker === "function" && maker.prototype === proto;
    if (isClass && isStream(builtinName(maker) ?? ""))
      return `it is ${withArticle(nameOf(ownMaker(first) ?? maker))}, a stream, which stays here. Make it in the worker, or send what it was made from`;
    if (isClass && !isStateless(maker)) {
      const text = Function.prototype.toString.call(maker);
      if (text.endsWith("{ [native code] }") || isGlobalClass(maker)) {
        return `it is ${withArticle(nameOf(maker))}, whose state cannot be read. Make it in the worker, or send what it was made from`;
      }
    }
    proto = behind;
  }
  return null;
}

/** Classes of `node:` modules may be copied as the user's: what they keep in native code is refused by itself. */
function isGlobalClass(maker: unknown): boolean {
  return knownName(maker)?.startsWith("node:") === false;
}

/** What is only derived from a prototype of an error, or of a function as bundlers make it of a module, has no state. */
function isStateless(maker: { prototype?: unknown }): boolean {
  return maker === Function || maker === Error || maker.prototype instanceof Error;
}
