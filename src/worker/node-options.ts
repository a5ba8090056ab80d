/** The environment variable NODE_OPTIONS: flags, separated by spaces; in double quotes a backslash takes the next character as it is. */

/** @returns the flags and their values */
export function splitOptions(text: string): string[] {
  const words = text.match(/(?:"(?:\\[\s\S]|[^"\\])*"?|[^" ])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\[\s\S]|[^"\\])*)"?/g, (_, inside: string) => inside.replace(/\\([\s\S])/g, "$1")),
  );
}

/** @returns what `splitOptions` makes those words of */
export function joinOptions(words: readonly string[]): string {
  return words.map((word) => (/[ "]/.test(word) ? `"${word.replace(/["\\]/g, "\\$&")}"` : word)).join(" ");
}
