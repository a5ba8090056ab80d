/** What a priority queue orders its items by: a number or text, the lowest first. */
import { wrongType } from "../../platform/errors/arguments.js";

export type Rank = number | string;

/** @throws {TypeError} if there is no order for it: NaN, and anything that is no number or text */
export function checkRank(where: string, rank: unknown): asserts rank is Rank {
  if (typeof rank === "string" || (typeof rank === "number" && !Number.isNaN(rank))) return;
  throw wrongType(where, "a number other than NaN, or a string", rank);
}
