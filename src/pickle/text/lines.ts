/** Lines and columns as the engine counts them, from 0, and positions in a text. */

const LINE_END = /\r\n?|[\n\u2028\u2029]/g;

/** @returns the line and column that `text` ends at if it starts at `place` */
export function placeAfter([line, column]: readonly [number, number], text: string): [line: number, column: number] {
  const lines = text.split(LINE_END);
  const last = (lines.at(-1) as string).length;
  return lines.length === 1 ? [line, column + last] : [line + lines.length - 1, last];
}

/** @returns the position at which a line of `text` begins; the end of `text` if it has fewer lines */
export function offsetOfLine(text: string, line: number): number {
  if (line === 0) return 0;
  let before = line;
  for (const end of text.matchAll(LINE_END)) if (--before === 0) return end.index + end[0].length;
  return text.length;
}
