/** The beginning of what the user's values say, for error messages: it may be long, and it may be nobody's business. */

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
