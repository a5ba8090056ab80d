/**
 * What the first words of a file say: what a module imports, read from the import statements at its beginning. Where the engine
 * has accepted the module already, these few words are all that can stand there; parsing a whole file with a parser that has just
 * been loaded takes some milliseconds for every kilobyte.
 *
 * It gives up rather than guess: at escapes and attributes, and if the word `import` stands anywhere behind, be it in a
 * comment. And whether a script is strict, as one of the texts at its beginning may say: `"use client"; "use strict";`.
 */

/** Where a local name of a module comes from. `name` is `*` for the whole namespace. */
export interface ImportBinding {
  readonly specifier: string;
  readonly name: string;
  readonly attributes?: Record<string, string>;
}

const TOKEN = /([\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*)|("[^"\\\n\r]*"|'[^'\\\n\r]*')|([{}*,;])/uy;
/** `import(...)` and `import.meta` are expressions. */
const EXPRESSION = /\bimport\s*[.(]/y;
const STATEMENT = /\bimport\b(?!\s*[.(])/;

/** @returns local name to its import, or undefined if only a parser can tell */
export function readImportHead(source: string): ReadonlyMap<string, ImportBinding> | undefined {
  const head = new ImportHead(source);
  try {
    return head.read();
  } catch (error) {
    if (error === GIVE_UP) return undefined;
    throw error;
  }
}

const GIVE_UP = new Error("not a simple import");

class ImportHead {
  readonly #source: string;
  readonly #imports = new Map<string, ImportBinding>();
  #at: number;

  constructor(source: string) {
    this.#source = source;
    this.#at = skipHashBang(source);
  }

  read(): ReadonlyMap<string, ImportBinding> {
    while (this.#isImport()) this.#statement();
    if (STATEMENT.test(this.#source.slice(this.#at))) throw GIVE_UP;
    return this.#imports;
  }

  #isImport(): boolean {
    if (this.#peek() !== "import") return false;
    EXPRESSION.lastIndex = this.#at;
    return !EXPRESSION.test(this.#source);
  }

  #statement(): void {
    this.#expect("import");
    const locals: [local: string, name: string][] = [];
    if (!isText(this.#peek())) {
      this.#clause(locals);
      this.#expect("from");
    }
    const specifier = textOf(this.#take());
    const next = this.#peek();
    if (next === "with" || next === "assert") throw GIVE_UP;
    if (next === ";") this.#take();
    for (const [local, name] of locals) this.#imports.set(local, { specifier, name });
  }

  #clause(locals: [local: string, name: string][]): void {
    if (isName(this.#peek())) {
      locals.push([this.#name(), "default"]);
      if (this.#peek() !== ",") return;
      this.#take();
    }
    if (this.#peek() === "*") {
      this.#take();
      this.#expect("as");
      locals.push([this.#name(), "*"]);
    } else this.#named(locals);
  }

  #named(locals: [local: string, name: string][]): void {
    this.#expect("{");
    while (this.#peek() !== "}") {
      const imported = this.#take();
      const name = isText(imported) ? textOf(imported) : imported;
      if (this.#peek() === "as") {
        this.#take();
        locals.push([this.#name(), name]);
      } else locals.push([name, name]);
      if (this.#peek() !== "}") this.#expect(",");
    }
    this.#take();
  }

  #name(): string {
    const name = this.#take();
    if (!isName(name)) throw GIVE_UP;
    return name;
  }

  #expect(token: string): void {
    if (this.#take() !== token) throw GIVE_UP;
  }

  #take(): string {
    const token = this.#peek();
    if (token === undefined) throw GIVE_UP;
    this.#at += token.length;
    return token;
  }

  /** @returns the next word, text or sign, behind blanks and comments; undefined if there is something else */
  #peek(): string | undefined {
    this.#at = TOKEN.lastIndex = skipBlanks(this.#source, this.#at);
    return TOKEN.exec(this.#source)?.[0];
  }
}

function isName(token: string | undefined): token is string {
  return token !== undefined && !isText(token) && !/^[{}*,;]$/.test(token);
}

function isText(token: string | undefined): boolean {
  return token?.startsWith('"') || token?.startsWith("'") || false;
}

function textOf(token: string): string {
  if (!isText(token)) throw GIVE_UP;
  return token.slice(1, -1);
}

/** Never fails, so it never looks at a comment twice. */
const BLANKS = /(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*/y;
const HASH_BANG = /^#!.*/;

/** @returns where the blanks and comments end that begin at `at` */
function skipBlanks(source: string, at: number): number {
  BLANKS.lastIndex = at;
  BLANKS.exec(source);
  return BLANKS.lastIndex;
}

/** @returns where the first line ends, if that names the program that runs the file; otherwise 0 */
function skipHashBang(source: string): number {
  return HASH_BANG.exec(source)?.[0].length ?? 0;
}

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
