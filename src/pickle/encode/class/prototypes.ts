/**
 * Objects from which others inherit, where the receiver has its own: that of a class is made with the class, which its
 * `constructor` names. Where that is missing or says something else, the scopes around its methods show whose it is.
 */
import * as types from "node:util/types";
import { knownName } from "../../builtins/known-names.js";
import { type AnyFunction, type Facts, factsAt, rebuiltFacts } from "../../live/function-facts.js";
import { type FunctionView, openInspector } from "../../live/inspector.js";
import { membersWithin } from "../../live/members-within.js";
import { ownScopes, variablesIn } from "../../live/scopes.js";
import { commonJsExported } from "../../modules/common-js.js";
import { findExported } from "../../modules/exported-functions.js";
import { type PrivatePlace, privatePlaces } from "../../packages/package-scope.js";
import type { PacketNode } from "../../packet.js";
import type { Encoding } from "../encoding.js";
import { encodeReference } from "../function/capture.js";
import { isFixed, placeOf, privateNode } from "../function/package-member.js";
import type { Path } from "../path.js";
import { encodeProperties } from "../properties.js";
import { hasAddedMembers } from "./added-members.js";

/** @returns the node of an object that is the prototype of a class, or that a package keeps as one */
export function encodePrototype(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  const maker: unknown = Object.getOwnPropertyDescriptor(object, "constructor")?.value;
  if (isMaker(maker, object)) return prototypeOf(encoding, maker, object, path);
  return encoding.isPrototype(object) ? encodeFound(encoding, object, path) : undefined;
}

/** @returns whether the object is the prototype of its constructor */
export function isPrototype(object: object): boolean {
  return isMaker(Object.getOwnPropertyDescriptor(object, "constructor")?.value, object);
}

function isMaker(maker: unknown, prototype: object): maker is AnyFunction {
  if (typeof maker !== "function" || types.isProxy(maker)) return false;
  return Object.getOwnPropertyDescriptor(maker, "prototype")?.value === prototype;
}

function prototypeOf(encoding: Encoding, maker: AnyFunction, object: object, path: Path): PacketNode {
  const of = encoding.entry(maker, path, "constructor");
  // A class that is copied brings them along.
  if (!hasAddedMembers(object) || encodeReference(encoding, maker, path) === undefined) return { t: "prototype", of };
  const isOrdinary = (key: PropertyKey): boolean => key === "constructor" || typeof key === "symbol";
  return { t: "prototype", of, added: encodeProperties(encoding, object, path, isOrdinary) };
}

/** What an object is found by elsewhere: as the prototype of a function, or in a variable; neither if it is copied. */
interface Found {
  readonly maker?: AnyFunction;
  readonly place?: PrivatePlace;
}

const found = new WeakMap<object, Found>();

function encodeFound(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  let known = found.get(object);
  if (known === undefined) {
    known = find(encoding, object, path);
    found.set(object, known);
  }
  if (known.maker !== undefined) return prototypeOf(encoding, known.maker, object, path);
  return known.place && privateNode(encoding, known.place, path);
}

/** Functions in the object that are asked about it: those of another module of its package may know more than the first. */
const MOST_ASKED = 8;

function find(encoding: Encoding, object: object, path: Path): Found {
  const inspector = openInspector();
  if (inspector instanceof Error) return {};
  const asked = new Set<string>();
  for (const fn of functionsIn(object)) {
    const view = inspector.inspectFunction(fn);
    const facts = rebuiltFacts(fn) ?? (view.location && factsAt(fn, inspector, view.location, view.scopes));
    if (facts === undefined || asked.has(facts.url)) continue;
    const found = findAround(encoding, object, facts, view, path);
    if (found !== undefined) return found;
    if (asked.add(facts.url).size === MOST_ASKED) break;
  }
  return inheritsFromClass(object) ? foundAmongExports(encoding, object, path) : {};
}

/** As `F.prototype = new Error()`, which has no function that could be asked. */
function inheritsFromClass(object: object): boolean {
  const behind: object | null = Object.getPrototypeOf(object);
  return behind !== null && behind !== Object.prototype && isPrototype(behind);
}

function foundAmongExports(encoding: Encoding, object: object, path: Path): Found {
  const maker = findExported((fn) => isMaker(fn, object) && encodeReference(encoding, fn, path) !== undefined);
  return maker ? { maker } : {};
}

/** A function that is copied brings its prototype along: only one that goes by reference has it there. */
function findAround(
  encoding: Encoding,
  object: object,
  facts: Facts,
  view: FunctionView,
  path: Path,
): Found | undefined {
  const values = [...Array.from(variablesIn(ownScopes(view)), ([, value]) => value), ...exportedFrom(facts.url)];
  const makers = values.filter((each) => isMaker(each, object));
  const maker = makers.find((each) => encodeReference(encoding, each, path) !== undefined);
  if (maker !== undefined) return { maker };
  for (const place of privatePlaces(placeOf(facts, view), object)) {
    if (place.variable === undefined || isFixed(facts, view, place.variable)) return { place };
  }
  return undefined;
}

/** What no function of a CommonJS module uses is in no scope. */
function exportedFrom(url: string): unknown[] {
  const exported = commonJsExported(url);
  if (typeof exported !== "object" || exported === null) return [exported];
  return Object.values(Object.getOwnPropertyDescriptors(exported)).map(({ value }) => value as unknown);
}

/** Functions that were written for it: its own come first. */
function* functionsIn(object: object): Generator<AnyFunction> {
  const own = Object.values(Object.getOwnPropertyDescriptors(object)).flatMap(({ get, set }) => [get, set]);
  for (const each of [...membersWithin(object).map(({ value }) => value), ...own]) {
    if (typeof each === "function" && !types.isProxy(each) && knownName(each) === undefined && isWritten(each))
      yield each;
  }
}

function isWritten(fn: AnyFunction): boolean {
  return !Function.prototype.toString.call(fn).endsWith("{ [native code] }");
}
