/** Replacements in a text that keep its line numbers. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** @returns `text` with all edits made; of two at one place the earlier in the list comes first */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let out = "";
  let done = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    out += text.slice(done, edit.start) + edit.text;
    done = edit.end;
  }
  return out + text.slice(done);
}

/** @returns where `position` of the text is after the edits */
export function positionAfter(position: number, edits: readonly Edit[]): number {
  const before = edits.filter((edit) => edit.end <= position);
  return before.reduce((sum, { start, end, text }) => sum + text.length - (end - start), position);
}

/** @returns as many line ends as `text` has, to put in its place */
export function blankLines(text: string): string {
  return "\n".repeat(text.split("\n").length - 1);
}
