/** Members in the text of a class that were changed since: other attributes, as decorators give them, or deleted. */
import type { AnyFunction, Facts } from "../../live/function-facts.js";
import { CONFIGURABLE, ENUMERABLE, type FunctionNode, WRITABLE } from "../../packet.js";
import type { Member } from "../../text/class-shape.js";
import type { Encoding } from "../encoding.js";
import { Hop, type Path } from "../path.js";
import { computedMethods } from "./class-edits.js";
import { isOwnMember, keysOf } from "./class-parts.js";

/** @returns the changes, if there are any */
export function encodeMemberChanges(
  encoding: Encoding,
  cls: AnyFunction,
  facts: Facts,
  path: Path,
): Pick<FunctionNode, "members"> {
  const { shape } = facts.analysis;
  if (shape === undefined) return {};
  const computed = computedMethods(shape);
  const keys = computed.length > 0 ? keysOf(cls, facts) : [];
  const changes = shape.members.flatMap((member) => {
    const key = member.computed ? keys[computed.indexOf(member)] : member.name;
    if (!/method|get|set/.test(member.kind) || key === undefined || key === null) return [];
    const flags = changedFlags(cls, facts, member, key);
    if (flags === undefined) return [];
    const name = typeof key === "symbol" ? encoding.entry(key, path, new Hop(" → computed name")) : String(key);
    return [[name, member.isStatic, flags] as const];
  });
  return changes.length > 0 ? { members: changes } : {};
}

/** @returns the attributes of a member if they were changed, null if it is gone, undefined if it is as written */
function changedFlags(
  cls: AnyFunction,
  facts: Facts,
  { isStatic }: Member,
  key: PropertyKey,
): number | null | undefined {
  const holder = (isStatic ? cls : cls.prototype) as object;
  const property = Object.getOwnPropertyDescriptor(holder, key);
  if (property === undefined) return null;
  const { writable, enumerable, configurable } = property;
  const flags = (writable ? WRITABLE : 0) | (enumerable ? ENUMERABLE : 0) | (configurable ? CONFIGURABLE : 0);
  const isData = "value" in property;
  const fixed = Object.isFrozen(holder) ? WRITABLE | CONFIGURABLE : Object.isSealed(holder) ? CONFIGURABLE : 0;
  const written = (isData ? WRITABLE | CONFIGURABLE : CONFIGURABLE) & ~fixed;
  return flags !== written && isOwnMember(cls, facts, key, property, isStatic) ? flags : undefined;
}
