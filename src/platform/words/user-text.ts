/**
 * Text of users in messages: only its beginning, since it may be long and nobody's business; on one line; and without what
 * moves a terminal's cursor or turns its text.
 */

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

/** Characters that are shown of a value. */
const MOST = 64;

/** @returns the text, cut if it is long */
export function headOf(text: string, most = MOST): string {
  return text.length > most ? `${text.slice(0, most - 3)}...` : text;
}

/** @returns the beginning of the text in quotes, on one line */
export function quote(text: string): string {
  return JSON.stringify(headOf(text));
}
