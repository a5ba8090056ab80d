/**
 * Statics of a class. All of them go along each time: a worker that gets the class takes them, one that has it only those
 * that were assigned to at home since, unless it has assigned to them itself (see decode/write-statics.ts). So each assignment
 * between two messages is counted, where the class was made.
 */
import { type AnyFunction, type Facts, rebuiltFacts } from "../../live/function-facts.js";
import { openInspector } from "../../live/inspector.js";
import type { FunctionNode, StaticVersion } from "../../packet.js";
import type { Encoding } from "../encoding.js";
import { Hop, type Path } from "../path.js";

type Values = readonly (readonly [name: string, value: unknown])[];

/** @returns the values of static private fields, and which statics were assigned to; `isWritten` names those in the text */
export function encodeStatics(
  encoding: Encoding,
  cls: AnyFunction,
  facts: Facts,
  path: Path,
  isWritten: (key: PropertyKey) => boolean,
): Pick<FunctionNode, "staticPrivates" | "assigned"> {
  const privates = staticPrivates(cls, facts);
  const assigned = rebuiltFacts(cls) === undefined ? countAssigned(cls, publicStatics(cls, isWritten), privates) : [];
  const encoded = privates.map(([name, value]) => [name, encoding.entry(value, path, new Hop(`.${name}`))] as const);
  return { ...(privates.length > 0 ? { staticPrivates: encoded } : {}), ...(assigned.length > 0 ? { assigned } : {}) };
}

function staticPrivates(cls: AnyFunction, { analysis: { shape } }: Facts): Values {
  const fields = shape?.members.filter((m) => m.kind === "field" && m.isStatic && m.privateName !== undefined) ?? [];
  const inspector = openInspector();
  if (fields.length === 0 || inspector instanceof Error) return [];
  const values = new Map(inspector.privateFields(cls));
  return fields.map(({ privateName }) => [`#${privateName}`, values.get(`#${privateName}`)] as const);
}

function publicStatics(cls: AnyFunction, isWritten: (key: PropertyKey) => boolean): Values {
  return Object.getOwnPropertyNames(cls).flatMap((name) => {
    const property = Object.getOwnPropertyDescriptor(cls, name);
    return property && "value" in property && !isWritten(name) ? [[name, property.value] as const] : [];
  });
}

interface Seen {
  value: unknown;
  version: number;
}

const seen = new WeakMap<AnyFunction, Map<string, Seen>>();

function countAssigned(cls: AnyFunction, publics: Values, privates: Values): StaticVersion[] {
  const before = seen.get(cls);
  const known = before ?? new Map<string, Seen>();
  if (before === undefined) seen.set(cls, known);
  const versionOf = (key: string, value: unknown): number => {
    let last = known.get(key);
    if (last === undefined) {
      last = { value, version: before === undefined ? 0 : 1 };
      known.set(key, last);
    } else if (!Object.is(last.value, value)) {
      last.value = value;
      last.version++;
    }
    return last.version;
  };
  const all = [
    ...publics.map(([name, value]): StaticVersion => [name, false, versionOf(name, value)]),
    // Blanks keep them apart from public ones that are called so.
    ...privates.map(([name, value]): StaticVersion => [name, true, versionOf(` ${name}`, value)]),
  ];
  return all.filter(([, , version]) => version > 0);
}
