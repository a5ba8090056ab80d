/**
 * What the modules export, as their declarations say it: names, and the public members of classes.
 *
 * The declarations are the compiler's own text: members are indented by four spaces, what is inside of them by more.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./root.js";

/** What a module exports under one name. */
export interface Exported {
  readonly name: string;
  readonly kind: "class" | "error" | "value" | "type";
  /** Of a class: its members, with those inherited from classes that no module exports; of an interface its properties. */
  readonly members: readonly Member[];
}

/** A public member. */
export interface Member {
  /** `join`, `[Symbol.dispose]`, `new` for a constructor; a static one with its class: `TaskGroup.run`. */
  readonly name: string;
  /** Called, as opposed to read. */
  readonly isMethod: boolean;
}

interface Declaration {
  readonly file: string;
  readonly keyword: string;
  /** What it extends. */
  readonly base: string | undefined;
  readonly body: string;
}

/** How an object shows itself, wherever it does: not a thing to call. */
const DISPLAY = new Set(["[inspect.custom]", "[Symbol.toStringTag]", "[Symbol.toPrimitive]", "toJSON", "toString"]);

const textOf = (file: string): string => withoutComments(readFileSync(path.join(root, "dist", file), "utf8"));

/** The modules of the package: `threading`, `queue` ... */
export const modules: readonly string[] = Object.keys(
  (JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as { exports: object }).exports,
)
  .map((subpath) => subpath.slice(2))
  .filter((name) => /^\w+$/.test(name));

/** What `heddle/<module>` exports. */
export function exportsOf(module: string): Exported[] {
  return reexports(module).map(({ name, file }) => {
    const declaration = declarationOf(name, file);
    return { name, kind: kindOf(name, declaration), members: hasMembers(declaration) ? membersOf(name, file) : [] };
  });
}

function kindOf(name: string, { keyword, file }: Declaration): Exported["kind"] {
  if (keyword === "class") return isError(name, file) ? "error" : "class";
  return keyword === "interface" || keyword === "type" ? "type" : "value";
}

const hasMembers = ({ keyword, body }: Declaration): boolean =>
  keyword === "class" || keyword === "interface" || /^[^\n]* = \{\n/.test(body);

/** The names that the index of a module hands on, and whence. */
function reexports(module: string): { name: string; file: string }[] {
  const index = `${module}/index.d.ts`;
  return [...textOf(index).matchAll(/export (?:type )?\{([^}]*)\} from "([^"]+)"/g)].flatMap(
    ([, names = "", from = ""]) =>
      [...names.matchAll(/(\w+)\s*(?:,|$)/g)].map(([, name = ""]) => ({ name, file: fileOf(index, from) })),
  );
}

const fileOf = (from: string, specifier: string): string =>
  path.join(path.dirname(from), specifier.replace(/\.js$/, ".d.ts"));

function declarationOf(name: string, file: string): Declaration {
  const text = textOf(file);
  const found = new RegExp(
    `^export (?:declare )?(?:abstract )?(class|function|const|let|type|interface) ${name}\\b(.*(?:\\n[ }].*)*)`,
    "m",
  ).exec(text);
  if (found === null) return declarationOf(name, whence(name, file, text));
  const [, keyword = "", body = ""] = found;
  const head = body.slice(0, body.indexOf("\n"));
  // The last one: type parameters before it may extend something, too.
  return { file, keyword, base: /^.*\bextends (\w+)(?:<.*>)?(?: implements .*)? \{$/.exec(head)?.[1], body };
}

/** The file that declares what this one imports or hands on. */
function whence(name: string, file: string, text: string): string {
  const from = new RegExp(`\\b${name}\\b[^}]*\\} from "(\\.[^"]+)"`).exec(text)?.[1];
  if (from === undefined) throw new Error(`dist/${file} does not declare ${name}`);
  return fileOf(file, from);
}

const isBuiltIn = (name: string, file: string): boolean =>
  !new RegExp(`(class|interface|[{,]( type)?) ${name}\\b`).test(textOf(file));

function isError(name: string, file: string): boolean {
  const { base, file: home } = declarationOf(name, file);
  if (base === undefined) return false;
  return isBuiltIn(base, home) ? /^(Range)?Error$/.test(base) : isError(base, home);
}

/** With the constructor, if it is public; without the members of a base class that has a table of its own. */
function membersOf(name: string, file: string): Member[] {
  const { keyword, base, body, file: home } = declarationOf(name, file);
  const own = ownMembers(name, body);
  const isMade = keyword === "class" && !/^ {4}(?:private|protected) constructor/m.test(body);
  const made = isMade && !has(own, "new") ? [{ name: "new", isMethod: true }, ...own] : own;
  if (base === undefined || isBuiltIn(base, home)) return made;
  const inherited = membersOf(base, home).filter((member) => member.name !== "new");
  if (exportedNames().has(base)) return made.filter((member) => !has(inherited, member.name));
  return [...made, ...inherited.filter((member) => !has(own, member.name))];
}

const has = (members: readonly Member[], name: string): boolean => members.some((member) => member.name === name);

let names: Set<string> | undefined;

function exportedNames(): Set<string> {
  names ??= new Set(modules.flatMap(reexports).map(({ name }) => name));
  return names;
}

function ownMembers(className: string, body: string): Member[] {
  const members = [...body.matchAll(/^ {4}(?![ }#])(.+)$/gm)].map(([, line = ""]) => memberOf(className, line));
  const known = members.filter((member) => member !== undefined && !DISPLAY.has(member.name)) as Member[];
  return known.filter((member, index) => known.findIndex((other) => other.name === member.name) === index);
}

function memberOf(className: string, line: string): Member | undefined {
  const found = /^((?:(?:static|readonly|get|set|protected|private|abstract) )*)(\[[^\]]+\]|\w+)(.?)/.exec(line);
  const [, modifiers = "", name = "", next = ""] = found ?? [];
  if (found === null || /protected|private/.test(modifiers) || /^\[\w+(:| in) /.test(name)) return undefined;
  if (name === "constructor") return { name: "new", isMethod: true };
  const isMethod = !/\b[gs]et /.test(modifiers) && (next === "(" || next === "<");
  return { name: modifiers.includes("static") ? `${className}.${name}` : name, isMethod };
}

const withoutComments = (text: string): string => text.replaceAll(/^ *\/\*\*[\s\S]*?\*\/\n/gm, "");
