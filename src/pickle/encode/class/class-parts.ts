/** What a class consists of besides its text: base, computed names, statics. All of it is read from the live class. */
import { type AnyFunction, type Facts, textOf } from "../../live/function-facts.js";
import type { FunctionNode } from "../../packet.js";
import { analyze } from "../../text/analyze.js";
import type { ClassShape, Member } from "../../text/class-shape.js";
import type { Encoding } from "../encoding.js";
import { Hop, type Path } from "../path.js";
import { computedMethods, needsParts } from "./class-edits.js";

/** @returns base and computed keys, if the class has any */
export function encodeClassParts(
  encoding: Encoding,
  cls: AnyFunction,
  facts: Facts,
  path: Path,
): Pick<FunctionNode, "parts"> {
  const { analysis } = facts;
  if (analysis.shape === undefined || !needsParts(analysis)) return {};
  const keys = keysOf(cls, facts).map((key) => encoding.entry(key, path, new Hop(" → computed name")));
  if (analysis.shape.superclass === undefined) return { parts: { keys } };
  const base: unknown = Object.getPrototypeOf(cls.prototype) === null ? null : Object.getPrototypeOf(cls);
  return { parts: { keys, base: encoding.entry(base, path, new Hop(" → base class")) } };
}

/** @returns the computed names of methods, in order. They are found again by the text of the method that bears them. */
export function keysOf(cls: AnyFunction, { analysis, keys }: Facts): readonly (PropertyKey | null)[] {
  if (keys !== undefined) return keys;
  if (analysis.shape === undefined) return [];
  const used = new Set<PropertyKey>();
  return computedMethods(analysis.shape).map((member) => {
    const text = analysis.text.slice(...member.span).replace(/^static\s+/, "");
    const holder = member.isStatic ? cls : cls.prototype;
    const key = Reflect.ownKeys(holder).find((each) => !used.has(each) && textOfMember(holder, each, member) === text);
    // A method that was replaced since has no name any more; the live members come besides.
    if (key === undefined) return null;
    used.add(key);
    return key;
  });
}

function textOfMember(holder: object, key: PropertyKey, { kind }: Member): string | undefined {
  const property = Object.getOwnPropertyDescriptor(holder, key);
  const fn: unknown = kind === "get" ? property?.get : kind === "set" ? property?.set : property?.value;
  return typeof fn === "function" ? textOf(fn) : undefined;
}

/** @returns whether a property of the class, or of its prototype, is the member written there, which comes with its text */
export function isOwnMember(
  cls: AnyFunction,
  facts: Facts,
  key: PropertyKey,
  property: PropertyDescriptor,
  isStatic: boolean,
): boolean {
  if (facts.analysis.shape === undefined) return false;
  // The text as it runs here: that of a rebuilt class is edited.
  const { text, shape } = analyze(Function.prototype.toString.call(cls));
  if (shape === undefined) return false;
  const bears = nameTest(cls, facts, shape, key);
  const members = shape.members.filter((m) => m.isStatic === isStatic && bears(m));
  const isWritten = (kind: Member["kind"], fn: unknown): boolean => {
    if (typeof fn !== "function") return false;
    const own = Function.prototype.toString.call(fn);
    return members.some((m) => m.kind === kind && isTextOf(text.slice(...m.span), own, isStatic));
  };
  if ("value" in property) return isWritten("method", property.value);
  const { get, set } = property;
  return (get === undefined || isWritten("get", get)) && (set === undefined || isWritten("set", set));
}

function nameTest(cls: AnyFunction, facts: Facts, shape: ClassShape, key: PropertyKey): (m: Member) => boolean {
  const computed = computedMethods(shape);
  const keys = computed.length > 0 ? keysOf(cls, facts) : [];
  return (m) => (m.computed ? keys[computed.indexOf(m)] === key : m.name === key);
}

/** The text of a static method begins after the word. */
function isTextOf(written: string, own: string, isStatic: boolean): boolean {
  return isStatic ? written.endsWith(own) : written === own;
}
