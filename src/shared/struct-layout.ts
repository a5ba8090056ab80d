/**
 * Where the fields of a struct stand: pure arithmetic over what the user wrote.
 *
 * Fields stand in the order written, each aligned to its own size, as a C compiler would place them. A string has two
 * slots and a word that says which one holds: writing fills the other slot and then changes the word, so that a thread
 * killed in between leaves the old text.
 *
 *   string(n):  0 which slot | 4 length, n bytes, padded to 4 | length, n bytes, padded to 4
 */
import { KIND_BYTES, type Kind } from "../memory/cell.js";
import { alignFor } from "../memory/field.js";
import { wrongType } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import { quote } from "../platform/words/user-text.js";
import { KINDS } from "./kinds.js";

/** A field as the user writes it; `struct` classes have been replaced by their fields. */
export type PlainField = Kind | `string(${number})` | PlainFields | readonly [PlainField, number];

/** The fields of a struct by name. */
export interface PlainFields {
  readonly [name: string]: PlainField;
}

/** A field and its place, in bytes from the start of what it belongs to. */
export type Layout = { readonly at: number; readonly size: number } & (
  | { readonly type: "number"; readonly kind: Kind }
  | { readonly type: "string"; readonly limit: number }
  | { readonly type: "struct"; readonly fields: ReadonlyMap<string, Layout> }
  | { readonly type: "array"; readonly item: Layout; readonly count: number }
);

export type StructLayout = Extract<Layout, { type: "struct" }>;
export type ArrayLayout = Extract<Layout, { type: "array" }>;

/** Everything but a string is aligned to 8 at most. */
const LARGEST_ALIGNMENT = 8;
const STRING = /^string\(([1-9]\d{0,8})\)$/;

const roundUp = (at: number, to: number): number => Math.ceil(at / to) * to;

/** Bytes of one slot of a string: its length, then its bytes. */
export const slotBytes = (limit: number): number => 4 + roundUp(limit, 4);

/**
 * @param from first byte that the fields may use
 * @throws {TypeError | RangeError} if a field is not of any type there is; the message names it
 */
export function layoutOf(fields: PlainFields, from: number, where = ""): StructLayout {
  const at = roundUp(from, LARGEST_ALIGNMENT);
  const placed = new Map<string, Layout>();
  let end = 0;
  for (const [name, field] of Object.entries(fields)) {
    const layout = place(field, end, `${where}${name}`);
    placed.set(name, layout);
    end = layout.at + layout.size;
  }
  return { type: "struct", fields: placed, at, size: roundUp(end, LARGEST_ALIGNMENT) };
}

function place(field: PlainField, from: number, name: string): Layout {
  if (typeof field === "string") return placeNamed(field, from, name);
  if (Array.isArray(field)) return placeArray(field as readonly [PlainField, number], from, name);
  return layoutOf(field as PlainFields, from, `${name}.`);
}

function placeNamed(type: string, from: number, name: string): Layout {
  if (KINDS.includes(type as Kind)) {
    const kind = type as Kind;
    return { type: "number", kind, at: alignFor(kind, from), size: KIND_BYTES[kind] };
  }
  const limit = Number(STRING.exec(type)?.[1]);
  if (limit > 0) return { type: "string", limit, at: roundUp(from, 4), size: 4 + 2 * slotBytes(limit) };
  throw rangeError(`struct: field ${name} must be one of ${KINDS.join(", ")} or string(bytes), got ${quote(type)}`);
}

function placeArray([type, count]: readonly [PlainField, number], from: number, name: string): Layout {
  if (!Number.isInteger(count) || count < 1) {
    throw rangeError(`struct: field ${name} must be [type, count] with a count of 1 or more, got ${count}`);
  }
  const item = place(type, 0, `${name}[]`);
  const stride = item.type === "number" ? item.size : roundUp(item.size, LARGEST_ALIGNMENT);
  const at = roundUp(from, item.type === "number" ? item.size : LARGEST_ALIGNMENT);
  return { type: "array", item: { ...item, size: stride }, count, at, size: stride * count };
}

/** @returns the fields with struct classes replaced by theirs @throws {TypeError} if something is not a field */
export function plainFields(fields: unknown, fieldsOf: (made: unknown) => PlainFields | undefined): PlainFields {
  const plain = (field: unknown, name: string): PlainField => {
    if (typeof field === "string") return field as PlainField;
    if (typeof field === "function") {
      const made = fieldsOf(field);
      if (made !== undefined) return made;
    } else if (Array.isArray(field) && field.length === 2) {
      return [plain(field[0], `${name}[]`), field[1] as number];
    } else if (typeof field === "object" && field !== null && !Array.isArray(field)) {
      const entries = Object.entries(field);
      if (entries.length > 0) return Object.fromEntries(entries.map(([key, each]) => [key, plain(each, key)]));
    }
    throw wrongType(`struct: field ${name}`, "a kind, string(bytes), fields, [type, count] or a struct", field);
  };
  if (typeof fields !== "object" || fields === null || Array.isArray(fields) || Object.keys(fields).length === 0) {
    throw wrongType("struct: fields", "an object with at least one field", fields);
  }
  return plain(fields, "fields") as PlainFields;
}
