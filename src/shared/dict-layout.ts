/**
 * Where a shared dictionary keeps what: a word for the order of keys, then the stripes, each in a cache line of its own. Of
 * what the first two leave of theirs, the claims of `setDefault` and their bell take some.
 */
import { HEADER_BYTES, HEADER_WORDS } from "../memory/allocator.js";
import type { Handle } from "../memory/heap.js";
import { STRIPE_WORDS } from "./stripe.js";

export const STRIPES = 16;
const CACHE_LINE_WORDS = 16;
export const ORDER_WORD = HEADER_WORDS;
const FIRST_STRIPE = HEADER_WORDS + 1;
export const DICT_BYTES = STRIPES * CACHE_LINE_WORDS * 4 - HEADER_BYTES;

/** @returns the index of the first word of each stripe */
export function stripesOf(dict: Handle): number[] {
  const first = (dict << 4) + FIRST_STRIPE;
  const places: number[] = [];
  for (let index = 0; index < STRIPES; index++) places.push(first + index * CACHE_LINE_WORDS);
  return places;
}

/** @returns index of the first word of the table of claims */
export const claimsOf = (dict: Handle): number => (dict << 4) + FIRST_STRIPE + STRIPE_WORDS;

/** @returns index of the two words of the bell of the claims */
export const bellOf = (dict: Handle): number => claimsOf(dict) + CACHE_LINE_WORDS;
