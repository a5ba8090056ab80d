/** Blanks and comments between the words of a program. */

/** Never fails, so it never looks at a comment twice. */
const BLANKS = /(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*/y;
const HASH_BANG = /^#!.*/;

/** @returns where the blanks and comments end that begin at `at` */
export function skipBlanks(source: string, at: number): number {
  BLANKS.lastIndex = at;
  BLANKS.exec(source);
  return BLANKS.lastIndex;
}

/** @returns where the first line ends, if that names the program that runs the file; otherwise 0 */
export function skipHashBang(source: string): number {
  return HASH_BANG.exec(source)?.[0].length ?? 0;
}
