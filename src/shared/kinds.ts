/** What users say and pass about kinds of numbers, checked. */
import { KIND_BYTES, type Kind } from "../memory/cell.js";
import { describe, wrongType } from "../platform/arguments.js";

/** All kinds, in an order that layouts rely on. */
export const KINDS = Object.keys(KIND_BYTES) as readonly Kind[];

/** JavaScript's type of what each kind holds. */
export const KIND_TYPES: Readonly<Record<Kind, "number" | "bigint" | "boolean">> = {
  i8: "number",
  u8: "number",
  i16: "number",
  u16: "number",
  i32: "number",
  u32: "number",
  i64: "bigint",
  u64: "bigint",
  f32: "number",
  f64: "number",
  bool: "boolean",
};

/** @throws {TypeError | RangeError} if there is no such kind */
export function checkKind(where: string, kind: unknown): Kind {
  if (typeof kind !== "string") throw wrongType(where, `one of ${KINDS.join(", ")}`, kind);
  if (!KINDS.includes(kind as Kind)) {
    throw new RangeError(`${where} must be one of ${KINDS.join(", ")}, got ${describe(kind)}`);
  }
  return kind as Kind;
}

/**
 * The message is put together only when it is needed: this stands before every write.
 * @throws {TypeError} if a cell of that kind cannot hold `value`
 */
export function checkKindValue(owner: string, kind: Kind, argument: string, value: unknown): void {
  const type = KIND_TYPES[kind];
  if (typeof value !== type) throw wrongType(`${owner} of kind ${kind}: ${argument}`, `a ${type}`, value);
}
