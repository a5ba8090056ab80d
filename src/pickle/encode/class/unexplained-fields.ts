/**
 * Private fields that the class of an object does not explain. A class can put its own on any object: a constructor that
 * returns one makes the constructor of a derived class do so, and the prototype of an object can be replaced later. Only
 * code of that class can see them, so they matter where the class travels along: only then anything is looked at.
 */
import { RECORD } from "../../../platform/stacks/callers-stack.js";
import { nameOf } from "../../../platform/words/name-of.js";
import type { PickleError } from "../../errors.js";
import { evaluateInClass } from "../../live/evaluate-in-class.js";
import { type AnyFunction, mayDeclarePrivate, textOf } from "../../live/function-facts.js";
import { openInspector, type PrivateField } from "../../live/inspector.js";
import type { Entry, PacketNode } from "../../packet.js";
import { type AnyClass, registrationOf } from "../../registry.js";
import { analyze } from "../../text/analyze.js";
import { returnsValue } from "../../text/constructor-effects.js";
import { parseFunction } from "../../text/syntax.js";
import { Path, type Step } from "../path.js";
import { isRemade } from "../remade.js";

/** Objects of one message that the inspector is asked about: that takes it some ten microseconds each. */
const MOST_ASKED = 256;

/** What was encoded. */
export interface Encoded {
  readonly nodes: readonly PacketNode[];
  /** Values by node, and where they were found. */
  readonly values: Iterable<readonly [value: unknown, id: number]>;
  readonly paths: readonly (Path | undefined)[];
  /** Functions and namespaces that go by reference. */
  readonly references: Iterable<object>;
  refuse(path: Path, problem: string): PickleError;
}

/** @throws {PickleError} if an object has private fields of a class that is not its own */
export function refuseStrangers({ nodes, values, paths, references, refuse }: Encoded): void {
  const objects: [object: object, path: Path][] = [];
  const classes = [...references].filter((each) => typeof each === "function");
  for (const [value, id] of values) {
    const node = nodes[id];
    if (node?.t === "class") classes.push(value as AnyFunction);
    else if (node && mayHide(node)) objects.push([value as object, paths[id] as Path]);
  }
  const hiding = classes.filter(hasPrivateState);
  if (hiding.length === 0) return;
  const stampers = hiding.filter(isStamper);
  if (stampers.length > 0) addPlain(objects, nodes, paths);
  const refusal = (path: Path, name: string): PickleError => refuse(path, strangerProblem(name));
  for (const [object, path] of objects.slice(0, MOST_ASKED)) {
    const [stranger] = strangersOf(object);
    if (stranger) throw refusal(path, stranger[0]);
  }
  const rest = objects.slice(MOST_ASKED);
  for (const { name, has } of rest.length > 0 ? stampers.flatMap(brandOf) : []) {
    const found = rest.find(([object]) => has(object) && strangersOf(object).length > 0);
    if (found) throw refusal(found[1], name);
  }
}

/** @returns why an object with such a field cannot travel, and what to do instead */
export function strangerProblem(name: string): string {
  const problem = `it has the private field ${name} of a class that is not its own, which a copy would lose`;
  return `${problem}. Keep the value in an ordinary property, or make the object in the worker`;
}

/** @returns the private fields of `object`, of which `found` is the list, that no class in its prototype chain declares */
export function strangersOf(object: object, found?: readonly PrivateField[]): readonly PrivateField[] {
  const inspector = openInspector();
  if (inspector instanceof Error) return [];
  const fields = (found ?? inspector.privateFields(object)).filter(([name]) => !isRecord(object, name));
  for (const name of fields.length > 0 ? declaredFor(Object.getPrototypeOf(object) as object | null) : []) {
    const place = fields.findIndex((field) => field[0] === name);
    if (place >= 0) fields.splice(place, 1);
  }
  return fields;
}

/** What the library notes about its own errors stays here. */
function isRecord(object: object, name: string): boolean {
  return object instanceof Error && name === RECORD;
}

const declared = new WeakMap<object, readonly string[]>();

function declaredFor(proto: object | null): readonly string[] {
  let names = proto === null ? [] : declared.get(proto);
  if (names !== undefined || proto === null) return names ?? [];
  names = [];
  for (let each: object | null = proto; each !== null; each = Object.getPrototypeOf(each)) {
    const cls: unknown = Object.getOwnPropertyDescriptor(each, "constructor")?.value;
    if (typeof cls === "function" && mayDeclarePrivate(cls))
      names = [...names, ...privateMembers(cls).map((name) => `#${name}`)];
  }
  declared.set(proto, names);
  return names;
}

function privateMembers(cls: AnyFunction): readonly string[] {
  const members = analyze(textOf(cls)).shape?.members ?? [];
  return members.flatMap(({ isStatic, privateName }) => (isStatic || privateName === undefined ? [] : [privateName]));
}

function hasPrivateState(cls: AnyFunction): boolean {
  return registrationOf(cls) === undefined && mayDeclarePrivate(cls) && privateMembers(cls).length > 0;
}

const stamping = new WeakMap<AnyFunction, boolean>();

/** Whether a constructor that the class extends returns an object of its choice. */
function isStamper(cls: AnyFunction): boolean {
  let found = stamping.get(cls);
  if (found === undefined) {
    found = false;
    for (
      let base: unknown = Object.getPrototypeOf(cls);
      typeof base === "function";
      base = Object.getPrototypeOf(base)
    ) {
      const text = textOf(base);
      if (text.endsWith("{ [native code] }")) break;
      found ||= returnsValue(parseFunction(text).node);
    }
    stamping.set(cls, found);
  }
  return found;
}

/** @returns what tells whether an object has the private members of `cls`, if that can be made */
function brandOf(cls: AnyFunction): { readonly name: string; readonly has: (object: object) => boolean }[] {
  const name = `#${privateMembers(cls)[0]}`;
  const has = evaluateInClass(cls as AnyClass, `(object) => ${name} in object`);
  return typeof has === "function"
    ? [{ name: `${name} (${nameOf(cls)})`, has: has as (object: object) => boolean }]
    : [];
}

/** Objects whose classes have private fields have been looked at. */
function mayHide(node: PacketNode): boolean {
  return isRemade(node) ? node.privates === undefined : node.t === "function" || node.t === "bound";
}

/** Adds the plain data that the nodes hold. */
function addPlain(objects: [object, Path][], nodes: readonly PacketNode[], paths: readonly (Path | undefined)[]): void {
  const seen = new Set<unknown>();
  const open: [value: unknown, path: Path][] = [];
  for (const [id, node] of nodes.entries()) {
    const path = paths[id];
    if (path)
      for (const [step, value] of plainParts(node))
        open.push([value, step === undefined ? path : new Path(path, step)]);
  }
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const [value, path] = next;
    if (typeof value !== "object" || value === null || seen.has(value) || ArrayBuffer.isView(value)) continue;
    seen.add(value);
    objects.push([value, path]);
    for (const [key, { value: inner }] of Object.entries(Object.getOwnPropertyDescriptors(value)))
      if (typeof inner === "object" && inner !== null) open.push([inner, new Path(path, key)]);
    if (value instanceof Map)
      for (const entry of value) open.push(...entry.map((each) => [each, path] as [unknown, Path]));
    if (value instanceof Set) for (const item of value) open.push([item, path]);
  }
}

function* plainParts(node: PacketNode): Generator<readonly [step: Step | undefined, value: unknown]> {
  if ("values" in node) yield* Object.entries(node.values ?? {});
  if (node.t === "array") yield* Array.from(node.items, (item, i) => [i, item] as const);
  const entries: readonly Entry[] =
    node.t === "map"
      ? node.entries
      : node.t === "set"
        ? node.items
        : node.t === "function" || node.t === "class"
          ? node.env
          : [];
  for (const entry of entries) if (typeof entry !== "number") yield [undefined, entry[0]];
}
