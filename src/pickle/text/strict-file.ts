/** Whether a script says that it is strict, read from the texts at its beginning: `"use client"; "use strict";`. */
import { skipBlanks, skipHashBang } from "./blanks.js";

const DIRECTIVE = /(?:"(?:[^"\\\n\r]|\\[\s\S])*"|'(?:[^'\\\n\r]|\\[\s\S])*')/y;

/** @returns whether one of the directives of the file is `"use strict"` */
export function isStrictFile(source: string): boolean {
  for (let at = skipBlanks(source, skipHashBang(source)); ; ) {
    DIRECTIVE.lastIndex = at;
    const text = DIRECTIVE.exec(source)?.[0];
    if (text === undefined) return false;
    if (text.slice(1, -1) === "use strict") return true;
    at = skipBlanks(source, at + text.length);
    if (source[at] === ";") at = skipBlanks(source, at + 1);
  }
}
