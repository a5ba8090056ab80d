/**
 * Functions and classes. By reference: what a module other than the entry module exports, and what Node has itself. By
 * value: everything else, as source text and captured variables.
 */
import * as types from "node:util/types";
import { nameOf } from "../../../platform/words/name-of.js";
import { knownValue } from "../../builtins/known-names.js";
import { builtinName, hiddenBuiltinName } from "../../builtins/node-names.js";
import { hooksOf } from "../../hooks.js";
import { type AnyFunction, type Facts, factsAt, rebuiltFacts } from "../../live/function-facts.js";
import { type FunctionView, openInspector } from "../../live/inspector.js";
import { isReferable } from "../../modules/by-value.js";
import { findLoadedExport } from "../../modules/loaded-exports.js";
import { contextOf } from "../../modules/module-context.js";
import { noteImported } from "../../modules/noted-imports.js";
import { exportsOfScript, showsExports } from "../../modules/script-exports.js";
import { importedAs, learnImports } from "../../modules/script-imports.js";
import { originOf } from "../../origin.js";
import { isOfPackage } from "../../packages/package-scope.js";
import type { Entry, FunctionNode, PacketNode } from "../../packet.js";
import { type MadeClass, madeFrom, registrationOf } from "../../registry.js";
import { placeAfter } from "../../text/lines.js";
import { encodeMemberChanges } from "../class/class-changes.js";
import { encodeClassParts, isOwnMember } from "../class/class-parts.js";
import { encodeProtoOf, inheritsAsWritten } from "../class/inheritance.js";
import { encodeMember } from "../class/method-of.js";
import { encodeStatics } from "../class/statics.js";
import { computedFields } from "../class/uncertain-names.js";
import type { Encoding } from "../encoding.js";
import { importNode } from "../import-node.js";
import { Hop, Path } from "../path.js";
import { encodeProperties } from "../properties.js";
import { encodePrivate, encodeRemembered } from "./package-member.js";
import { refuseUnportable } from "./refusals.js";
import { selfContained } from "./self-contained.js";
import { captureVariables, type Variables } from "./variables.js";
import { encodeWrapped } from "./wrapped.js";

/** @throws {PickleError} if the function cannot travel */
export function encodeFunction(encoding: Encoding, id: number, fn: AnyFunction, path: Path): PacketNode {
  if (types.isProxy(fn))
    throw encoding.refusal(path, "it is a Proxy, whose traps stay here. Send the function behind it");
  const reference = registrationOf(fn) ?? importedAs(fn);
  if (reference) return importNode(encoding, reference, path);
  const made = madeFrom(fn);
  if (made) return encodeMade(encoding, made, path);
  const context = contextOf(fn);
  if (context) return context;
  if (!Function.prototype.toString.call(fn).endsWith("{ [native code] }")) return encodeWritten(encoding, id, fn, path);
  const name = builtinName(fn) ?? nameInOtherContext(fn);
  if (name !== undefined) return { t: "known", name };
  return encodeBound(encoding, fn, path);
}

/** The `Object` of another context is ours there. */
function nameInOtherContext(fn: AnyFunction): string | undefined {
  const ours: unknown = fn.prototype === undefined ? undefined : knownValue(fn.name);
  return typeof ours === "function" && ours.name === fn.name ? fn.name : undefined;
}

function encodeMade(encoding: Encoding, { url, name, data }: MadeClass, path: Path): PacketNode {
  const none = encoding.entry(undefined, path, new Hop(""));
  return { t: "revived", url, name, before: [], cls: none, data: encoding.entry(data, path, new Hop("")) };
}

function encodeBound(encoding: Encoding, fn: AnyFunction, path: Path): PacketNode {
  const inspector = openInspector();
  const bound = inspector instanceof Error ? undefined : inspector.inspectFunction(fn).bound;
  if (bound === undefined)
    throw encoding.refusal(
      path,
      `the function ${nameOf(fn) || "here"} is native code. Call it in a function of your own and send that`,
    );
  return {
    t: "bound",
    target:
      encodeMember(encoding, bound.self, bound.target, path) ??
      encoding.entry(bound.target, path, new Hop(".[[BoundTarget]]")),
    self: encoding.entry(bound.self, path, new Hop(".[[BoundThis]]")),
    args: bound.args.map((arg, i) => encoding.entry(arg, path, new Hop(`.[[BoundArgs]][${i}]`))),
    ...encodeProperties(encoding, fn, path),
  };
}

/** Functions that travel by value and use no name from outside: what they are sent as never changes. */
const closed = new WeakMap<AnyFunction, Facts>();

function encodeWritten(encoding: Encoding, id: number, fn: AnyFunction, path: Path): PacketNode {
  const remembered = closed.get(fn);
  if (remembered && !isReferable(remembered.url))
    return encodeByValue(encoding, id, fn, path, remembered, { names: [], env: [] });
  const found = encodeRemembered(encoding, fn, path);
  if (found) return found;
  const inspector = openInspector();
  const known = rebuiltFacts(fn);
  if (inspector instanceof Error) {
    const reference = known ? undefined : findLoadedExport(fn);
    if (reference) return importNode(encoding, reference, path);
    const facts = known ?? selfContained(encoding, fn, path, inspector);
    return encodeByValue(encoding, id, fn, path, facts, { names: [], env: [] });
  }
  const view = inspector.inspectFunction(fn);
  const facts = known ?? (view.location && factsAt(fn, inspector, view.location, view.scopes));
  if (facts === undefined)
    throw encoding.refusal(path, `the engine does not say where the function ${nameOf(fn)} comes from`);
  const reference = referenceTo(encoding, fn, facts, view, path);
  if (reference) return reference;
  const variables = view.scopes.find((scope) => scope.kind === "Module")?.variables;
  if (facts.script && variables) learnImports(facts.script, variables);
  refuseUnportable(encoding, facts, fn, path);
  if (isClosed(facts)) closed.set(fn, facts);
  encoding.watch?.noteFunction(fn, facts, view);
  return encodeByValue(encoding, id, fn, path, facts, captureVariables(encoding, fn, facts, view, path));
}

function isClosed(facts: Facts): boolean {
  const { analysis, script, url } = facts;
  if (script === undefined || isReferable(url) || computedFields(facts).length > 0) return false;
  const { free, ownName, importMetas, dynamicImports, usesArguments, usesThis } = analysis;
  const uses = free.length + importMetas.length + dynamicImports.length;
  return uses === 0 && !ownName && !usesArguments && !usesThis;
}

/** @returns how the receiver finds a function by itself, if it does */
export function encodeReference(encoding: Encoding, fn: AnyFunction, path: Path): PacketNode | undefined {
  const reference = registrationOf(fn) ?? importedAs(fn);
  if (reference) return importNode(encoding, reference, path);
  const found = encodeRemembered(encoding, fn, path);
  if (found) return found;
  const inspector = openInspector();
  if (inspector instanceof Error || rebuiltFacts(fn) !== undefined) return undefined;
  const view = inspector.inspectFunction(fn);
  const facts = view.location && factsAt(fn, inspector, view.location, view.scopes);
  return facts && referenceTo(encoding, fn, facts, view, path);
}

function referenceTo(
  encoding: Encoding,
  fn: AnyFunction,
  facts: Facts,
  view: FunctionView,
  path: Path,
): PacketNode | undefined {
  return (
    askedExport(encoding, fn, facts, path) ??
    exportOf(encoding, fn, facts, view, path) ??
    encodePrivate(encoding, fn, facts, view, path)
  );
}

/** What a package's modules hand on to each other is meant as the program gets it: made, named and added to by others. */
function askedExport(encoding: Encoding, fn: AnyFunction, { url }: Facts, path: Path): PacketNode | undefined {
  const reference = isOfPackage(url) ? findLoadedExport(fn) : undefined;
  return reference && importNode(encoding, reference, path);
}

/** @returns how the worker finds the function by itself, if it is an export */
function exportOf(
  encoding: Encoding,
  fn: AnyFunction,
  facts: Facts,
  view: FunctionView,
  path: Path,
): PacketNode | undefined {
  const { script, url } = facts;
  if (url.startsWith("node:")) {
    const name = hiddenBuiltinName(fn);
    return name === undefined ? encodeWrapped(encoding, fn, view, path) : { t: "known", name };
  }
  if (script === undefined) return undefined;
  const variables = view.scopes.find((scope) => scope.kind === "Module")?.variables;
  if (!isReferable(url) || !url.startsWith("file:")) return undefined;
  const name = variables && exportName(fn, facts, variables);
  const reference = variables ? name && { url, name } : encoding.commonJs.placeOf(url, fn);
  if (!reference) return undefined;
  noteImported(fn, reference);
  return importNode(encoding, reference, path);
}

function exportName(
  fn: AnyFunction,
  { script, analysis, at }: Facts,
  variables: Record<string, unknown>,
): string | undefined {
  if (script === undefined) return undefined;
  for (const [value, exported] of exportsOfScript(script, variables)) if (value === fn) return exported;
  const unnamed = showsExports(script, variables) ? undefined : script.bindings.anonymousDefault;
  if (unnamed?.text !== analysis.text) return undefined;
  const [line, column] = placeAfter(unnamed.at, analysis.text.slice(0, analysis.anchor));
  return line === at[0] && column === at[1] ? "default" : undefined;
}

/** Own properties that every function has. */
const ORDINARY = new Set<PropertyKey>(["length", "name", "arguments", "caller", "prototype"]);

function encodeByValue(
  encoding: Encoding,
  id: number,
  fn: AnyFunction,
  path: Path,
  facts: Facts,
  { names, env, self, cells }: Variables,
): FunctionNode {
  encoding.plan(id, { facts, names, ...(cells ? { cells } : {}) });
  const isClass = facts.analysis.form === "class";
  const prototype = encodePrototypeOf(encoding, fn, facts, path);
  const isWritten = (key: PropertyKey): boolean =>
    isOrdinary(fn, key) || isOwnMember(fn, facts, key, ownProperty(fn, key), true);
  return {
    t: isClass ? "class" : "function",
    origin: originOf(fn),
    interned: isClass || prototype !== undefined,
    name: ownText(fn),
    length: ownLength(fn),
    ...{ code: undefined as never, env, late: [] },
    ...(self === undefined ? {} : { self }),
    ...(isClass ? encodeClassParts(encoding, fn, facts, path) : {}),
    ...(isClass ? encodeStatics(encoding, fn, facts, path, isWritten) : {}),
    ...(isClass ? encodeMemberChanges(encoding, fn, facts, path) : {}),
    ...encodeProtoOf(encoding, fn, facts, path),
    ...encodeHooks(encoding, fn, path),
    ...encodeProperties(encoding, fn, path, isWritten),
    ...(prototype ? { prototype } : {}),
  };
}

function isOrdinary(fn: AnyFunction, key: PropertyKey): boolean {
  if (key === "name") return ownText(fn) !== undefined;
  return key === "length" ? ownLength(fn) !== undefined : ORDINARY.has(key);
}

/** Members of a class may be called `name` and `length`, too. */
function ownText(fn: AnyFunction): string | undefined {
  const own = Object.getOwnPropertyDescriptor(fn, "name");
  return own === undefined ? "" : typeof own.value === "string" && isHidden(own) ? own.value : undefined;
}

function ownLength(fn: AnyFunction): number | undefined {
  const own = Object.getOwnPropertyDescriptor(fn, "length");
  return own !== undefined && typeof own.value === "number" && isHidden(own) ? own.value : undefined;
}

/** A frozen function has its name and length frozen, too. */
function isHidden({ writable, enumerable }: PropertyDescriptor): boolean {
  return writable === false && enumerable === false;
}

function encodeHooks(encoding: Encoding, cls: AnyFunction, path: Path): Pick<FunctionNode, "hooks"> {
  const hooks = hooksOf(cls);
  if (hooks === undefined) return {};
  const entry = (fn: AnyFunction, name: string): Entry => encoding.entry(fn, path, new Hop(` → ${name}`));
  return { hooks: { reduce: entry(hooks.reduce, "reduce"), revive: entry(hooks.revive, "revive") } };
}

function ownProperty(object: object, key: PropertyKey): PropertyDescriptor {
  return Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
}

/** @returns what was changed about `fn.prototype`: methods added to it, another prototype behind it */
function encodePrototypeOf(encoding: Encoding, fn: AnyFunction, facts: Facts, path: Path): FunctionNode["prototype"] {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, "prototype")?.value;
  if (typeof prototype !== "object" || prototype === null) return undefined;
  const at = new Path(path, "prototype");
  const isWritten = facts.analysis.form === "class" || facts.analysis.isGenerator;
  if (!isWritten && Object.getOwnPropertyDescriptor(prototype, "constructor")?.value !== fn)
    return { whole: encoding.prototypeEntry(prototype, at) };
  const skip = (key: PropertyKey): boolean => {
    const property = ownProperty(prototype, key);
    return (key === "constructor" && property.value === fn) || isOwnMember(fn, facts, key, property, false);
  };
  const properties = encodeProperties(encoding, prototype, at, skip);
  const behind: unknown = Object.getPrototypeOf(prototype);
  const usual = facts.analysis.isGenerator || inheritsAsWritten(fn, facts, behind);
  if (usual && Object.keys(properties).length === 0) return undefined;
  return { ...properties, ...(usual ? {} : { proto: encoding.prototypeEntry(behind as object | null, at) }) };
}
