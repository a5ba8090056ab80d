/**
 * Whether the text of a class may declare a private name, told without the parser, which takes some milliseconds for every
 * kilobyte. In comments a `#` mostly has a name before it.
 */
import { textOf } from "../../live/function-facts.js";

const DECLARED = /#(?=[\p{ID_Start}$_\\])(?<=(?:[^\p{ID_Continue}$]|\b(?:static|get|set|async|accessor))#)/u;

// biome-ignore lint/complexity/noBannedTypes: any function or class
const remembered = new WeakMap<Function, boolean>();

/** @returns whether that is a class in which a private name may be declared */
// biome-ignore lint/complexity/noBannedTypes: any function or class
export function mayDeclarePrivate(cls: Function): boolean {
  let may = remembered.get(cls);
  if (may === undefined) {
    const text = textOf(cls);
    may = text.startsWith("class") && DECLARED.test(text);
    remembered.set(cls, may);
  }
  return may;
}
