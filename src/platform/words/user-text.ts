/** Names that users give, in messages: as they are, but on one line, and without what moves a terminal's cursor or turns its text. */

/** Control characters, line ends, and the marks that change the direction of writing. */
const UNSEEN = /[\p{Cc}\p{Zl}\p{Zp}\u{61C}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu;
const SHORT: Readonly<Record<string, string>> = { "\n": "\\n", "\r": "\\r", "\t": "\\t" };

/** @returns the text with its control characters as they are written in a string */
export function visible(text: string): string {
  return text.replace(UNSEEN, (character) => SHORT[character] ?? escaped(character.charCodeAt(0)));
}

function escaped(code: number): string {
  const digits = code.toString(16).toUpperCase();
  return code < 256 ? `\\x${digits.padStart(2, "0")}` : `\\u${digits.padStart(4, "0")}`;
}
