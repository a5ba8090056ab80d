/** Holes in arrays: one with few items far apart may be of any length. */

/** In twice as many holes in a row there are as many in a block that begins at a multiple of this. */
export const GAP = 1024;

/** @returns whether the array has so many holes in a row that listing its keys costs less than asking for every index */
export function hasGap(array: readonly unknown[]): boolean {
  for (let end = GAP - 1; end < array.length; end += GAP) {
    let i = end;
    while (i > end - GAP && !Object.hasOwn(array, i)) i--;
    if (i === end - GAP) return true;
  }
  return false;
}
