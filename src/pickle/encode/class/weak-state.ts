/**
 * Private state as code keeps it that knows no `#fields`, or was compiled for engines that do not: each class has a
 * WeakMap in a variable around it, into which its constructor puts every object. A class that goes by reference has
 * another WeakMap away, so what this one knows of an object goes along with the object.
 */
import * as types from "node:util/types";
import { nameOf } from "../../../platform/words/name-of.js";
import { knownName } from "../../builtins/known-names.js";
import { type AnyFunction, textOf } from "../../live/function-facts.js";
import { openInspector } from "../../live/inspector.js";
import { isReassigned } from "../../live/reassigned.js";
import { scopesAround, variablesIn } from "../../live/scopes.js";
import { isKept } from "../../packages/kept.js";
import type { WeakState } from "../../packet.js";
import { analyze } from "../../text/analyze.js";
import type { Encoding } from "../encoding.js";
import { Hop, type Path } from "../path.js";

type Weak = WeakMap<object, unknown> | WeakSet<object>;

interface Keeper {
  readonly cls: AnyFunction;
  readonly variable: string;
  readonly weak: Weak;
}

const PART = /[\p{ID_Continue}$]/u;

/** By prototype, as all objects of a class have the same. */
const remembered = new WeakMap<object, readonly Keeper[]>();

/** @returns what the classes of `object` know of it, or undefined if they keep nothing in that way */
export function encodeWeakState(encoding: Encoding, object: object, path: Path): WeakState[] | undefined {
  const proto: object | null = Object.getPrototypeOf(object);
  if (proto === null || proto === Object.prototype) return undefined;
  let keepers = remembered.get(proto);
  if (keepers === undefined) {
    keepers = keepersOf(proto);
    remembered.set(proto, keepers);
  }
  const known = keepers.filter(({ weak }) => weak.has(object));
  return known.length === 0 ? undefined : known.map((keeper) => encodeOne(encoding, object, keeper, path));
}

function encodeOne(encoding: Encoding, object: object, { cls, variable, weak }: Keeper, path: Path): WeakState {
  const lazily = isAssigned(cls, variable) ? ({ lazily: types.isWeakMap(weak) ? "WeakMap" : "WeakSet" } as const) : {};
  if (!("lazily" in lazily) && !isKept(cls, variable, weak)) {
    const problem = `${nameOf(cls)} keeps private state in the variable '${variable}', which cannot be found elsewhere`;
    throw encoding.refusal(path, `${problem}. Make it in the worker, or register ${nameOf(cls)}`);
  }
  const of = encoding.entry(cls, path, "constructor");
  const value = types.isWeakMap(weak) ? weak.get(object) : true;
  return [
    encoding.entryOf({ t: "kept", of, variable, kind: "object", path: [], ...lazily }),
    encoding.entry(value, path, new Hop(`<in ${variable}>`)),
  ];
}

/** Then it may be made with the first object of the class. */
function isAssigned(cls: AnyFunction, variable: string): boolean {
  const inspector = openInspector();
  const location = inspector instanceof Error ? undefined : inspector.inspectFunction(cls).location;
  return (
    location !== undefined && !(inspector instanceof Error) && isReassigned(inspector, location.scriptId, variable)
  );
}

function keepersOf(first: object): Keeper[] {
  const keepers: Keeper[] = [];
  for (let proto: object | null = first; proto !== null; proto = Object.getPrototypeOf(proto)) {
    const cls: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
    if (typeof cls !== "function" || types.isProxy(cls) || cls.prototype !== proto) continue;
    if (knownName(cls) === undefined) keepers.push(...keepersAround(cls));
  }
  return keepers;
}

/** Only what the constructor names: a WeakMap that is filled elsewhere may remember what was found out, which is no state. */
function keepersAround(cls: AnyFunction): Keeper[] {
  const text = constructorOf(cls);
  const keepers = new Map<string, Keeper>();
  for (const [variable, weak] of text === "" ? [] : variablesIn(scopesAround(cls))) {
    if (!types.isWeakMap(weak) && !types.isWeakSet(weak)) continue;
    if (!keepers.has(variable) && names(text, variable)) keepers.set(variable, { cls, variable, weak });
  }
  return [...keepers.values()];
}

function names(text: string, variable: string): boolean {
  for (let at = text.indexOf(variable); at >= 0; at = text.indexOf(variable, at + 1)) {
    if (!PART.test(text[at - 1] ?? "") && !PART.test(text[at + variable.length] ?? "")) return true;
  }
  return false;
}

/** The text that makes an object of the class; empty if it has none of its own. */
function constructorOf(cls: AnyFunction): string {
  const text = textOf(cls);
  if (!text.startsWith("class")) return text.endsWith("{ [native code] }") ? "" : text;
  const { shape } = analyze(text);
  const maker = shape?.members.find(({ kind }) => kind === "constructor");
  return maker === undefined ? "" : text.slice(...maker.span);
}
