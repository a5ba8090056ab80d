/**
 * Objects from which others inherit, where the receiver has its own: that of a class is made with the class, which its
 * `constructor` names. Where that is missing or says something else, the scopes around its methods show whose it is.
 */
import * as types from "node:util/types";
import { encodeReference } from "../function/capture.js";
import { type AnyFunction, factsAt, rebuiltFacts } from "../function/facts.js";
import { isFixed, placeOf, privateNode } from "../function/private.js";
import type { PacketNode } from "../packet.js";
import { commonJsExported } from "../source/common-js.js";
import { openInspector, type ScopeView } from "../source/inspector.js";
import { type PrivatePlace, privatePlace } from "../source/package-scope.js";
import { readVariable } from "../source/read-variable.js";
import type { Encoding } from "./encoding.js";
import type { Path } from "./path.js";

/** @returns the node of an object that is the prototype of a class, or that a package keeps as one */
export function encodePrototype(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  const maker: unknown = Object.getOwnPropertyDescriptor(object, "constructor")?.value;
  if (isMaker(maker, object)) return { t: "prototype", of: encoding.entry(maker, path, "constructor") };
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
  if (known.maker !== undefined) return { t: "prototype", of: encoding.entry(known.maker, path, "constructor") };
  return known.place && privateNode(encoding, known.place, path);
}

/** A function that is copied brings its prototype along: only one that goes by reference has it there. */
function find(encoding: Encoding, object: object, path: Path): Found {
  const method = methodOf(object);
  const inspector = openInspector();
  if (method === undefined || inspector instanceof Error) return {};
  const view = inspector.inspectFunction(method);
  const facts = rebuiltFacts(method) ?? (view.location && factsAt(method, inspector, view.location, view.scopes));
  if (facts === undefined) return {};
  const around = variablesIn(view.scopes);
  const values = [...around.map(([, value]) => value), ...exportedFrom(facts.url)];
  const makers = values.filter((each) => isMaker(each, object));
  const maker = makers.find((each) => encodeReference(encoding, each, path) !== undefined);
  if (maker !== undefined) return { maker };
  const [variable] = around.find(([, value]) => value === object) ?? [];
  if (variable === undefined || !isFixed(facts, view, variable)) return {};
  const place = privatePlace(placeOf(facts, view), variable, object);
  return place ? { place } : {};
}

function variablesIn(scopes: readonly ScopeView[]): [name: string, value: unknown][] {
  return scopes.flatMap(({ kind, variables }) =>
    kind === "Global"
      ? []
      : Object.keys(variables).map((name) => [name, readVariable(variables, name).value] as [string, unknown]),
  );
}

/** What no function of a CommonJS module uses is in no scope. */
function exportedFrom(url: string): unknown[] {
  const exported = commonJsExported(url);
  if (typeof exported !== "object" || exported === null) return [exported];
  return Object.values(Object.getOwnPropertyDescriptors(exported)).map(({ value }) => value as unknown);
}

/** A function that was written for it. */
function methodOf(object: object): AnyFunction | undefined {
  for (const { value, get, set } of Object.values(Object.getOwnPropertyDescriptors(object))) {
    const found = [value, get, set].find((each) => typeof each === "function" && !types.isProxy(each));
    if (found && !Function.prototype.toString.call(found).endsWith("{ [native code] }")) return found as AnyFunction;
  }
  return undefined;
}
