/** What users say and pass about kinds of numbers, checked. */
import { KIND_BYTES, type Kind } from "../memory/cell.js";
import { describe, wrongType } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";

/** All kinds, in an order that layouts rely on. */
export const KINDS = Object.keys(KIND_BYTES) as readonly Kind[];

/** What a cell of a kind can hold. */
export interface KindRange {
  /** JavaScript's type of it. */
  readonly type: "number" | "bigint" | "boolean";
  /** Whether it holds whole numbers only, from `least` to `most`. */
  readonly whole: boolean;
  readonly least: number | bigint;
  readonly most: number | bigint;
}

const integers = (least: number, most: number): KindRange => ({ type: "number", whole: true, least, most });
const bigints = (least: bigint, most: bigint): KindRange => ({ type: "bigint", whole: true, least, most });
const numbers: KindRange = { type: "number", whole: false, least: -Infinity, most: Infinity };

export const KIND_RANGES: Readonly<Record<Kind, KindRange>> = {
  i8: integers(-(2 ** 7), 2 ** 7 - 1),
  u8: integers(0, 2 ** 8 - 1),
  i16: integers(-(2 ** 15), 2 ** 15 - 1),
  u16: integers(0, 2 ** 16 - 1),
  i32: integers(-(2 ** 31), 2 ** 31 - 1),
  u32: integers(0, 2 ** 32 - 1),
  i64: bigints(-(2n ** 63n), 2n ** 63n - 1n),
  u64: bigints(0n, 2n ** 64n - 1n),
  f32: numbers,
  f64: numbers,
  bool: { type: "boolean", whole: false, least: 0, most: 1 },
};

/** @throws {TypeError | RangeError} if there is no such kind */
export function checkKind(where: string, kind: unknown): Kind {
  const example = where.startsWith("Value") ? ', as in new Value("i32", 0)' : "";
  if (typeof kind !== "string") throw wrongType(where, `one of ${KINDS.join(", ")}${example}`, kind);
  if (!KINDS.includes(kind as Kind)) {
    throw rangeError(`${where} must be one of ${KINDS.join(", ")}, got ${describe(kind)}`);
  }
  return kind as Kind;
}

const { i32, i64 } = KIND_RANGES;

/** @returns whether a cell of that range can hold `value`; this stands before every write */
export function fits(range: KindRange, value: unknown): boolean {
  // An int32 is found with least, and asked for most.
  if (range === i32 && typeof value === "number") return (value | 0) === value;
  if (typeof value !== range.type) return false;
  if (!range.whole) return true;
  if (typeof value === "bigint")
    return (range === i64 ? BigInt.asIntN(64, value) : BigInt.asUintN(64, value)) === value;
  return Number.isInteger(value) && (value as number) >= range.least && (value as number) <= range.most;
}

/**
 * The message is put together only when it is needed.
 * @throws {TypeError} if `value` is of another type than a cell of that kind holds
 * @throws {RangeError} if it is out of range, or not whole where the kind is
 */
export function checkKindValue(owner: string, kind: Kind, argument: string, value: unknown): void {
  const range = KIND_RANGES[kind];
  if (fits(range, value)) return;
  const name = `${owner} of kind ${kind}: ${argument}`;
  const { type, least, most } = range;
  if (typeof value !== type) throw wrongType(name, `a ${type}`, value);
  const allowed = type === "bigint" ? `a bigint from ${least}n to ${most}n` : `an integer from ${least} to ${most}`;
  throw rangeError(`${name} must be ${allowed}, got ${describe(value)}`);
}
