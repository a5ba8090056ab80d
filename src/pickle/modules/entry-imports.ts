/**
 * Whether loading a module loads the entry module, too, because it imports that, directly or not: a worker that loads it would
 * run the program again. Goes by what the files say; modules of installed packages other than the program's own are not asked.
 */
import { builtin } from "../../platform/engine/builtin.js";
import { BeyondBounds } from "../text/bounded-parser.js";
import { importedIn } from "../text/imported-in.js";
import { parseFile } from "../text/syntax.js";
import { entryModule } from "./entry.js";
import { packageOf, realAddress, resolve } from "./resolve.js";

/** `from "x"`, `import "x"`, `import("x")`, `require("x")`, also in comments: what is found so is looked at by the parser. */
const SPECIFIER = /\b(?:from|import|require)[\s(]{0,99}(["'`])([^"'`\\\n]{1,999})\1/g;

/** What TypeScript erases. One ends where the next begins: no text is looked through from each of them. */
const TYPES_ONLY =
  /\b(?:import|export)\s{1,9}type\s(?:(?!\b(?:import|export)\s)[^"'`;]){0,9999}?\bfrom\s{0,9}["'][^"'\n]{0,999}["']/g;

/** What a specifier may leave out, or say otherwise than the file is called, where a loader helps. */
const ENDINGS = ["", ".js", ".ts", ".mjs", ".cjs", ".mts", ".cts", ".tsx", ".jsx", "/index.js", "/index.ts"];

const LIBRARY = new URL("../../", import.meta.url).href;

/** Modules that are known not to lead there. */
const free = new Set<string>();
const ways = new Map<string, readonly string[]>();
let asked = "";

/** @returns the addresses from the module at `url` to the entry module, which is the last; undefined if there is no way */
export function wayToEntry(url: string): readonly string[] | undefined {
  const entry = entryModule();
  if (!entry.startsWith("file:") || !url.startsWith("file:")) return undefined;
  if (asked !== entry) forget(entry);
  if (free.has(url)) return undefined;
  const way = ways.get(url) ?? wayFrom(existing(bare(url)) ?? bare(url), entry);
  if (way === undefined) free.add(url);
  else ways.set(url, way);
  return way;
}

function wayFrom(start: string, entry: string): readonly string[] | undefined {
  return find(start, entry, specifiers) && find(start, entry, parsedSpecifiers);
}

function forget(entry: string): void {
  asked = entry;
  free.clear();
  ways.clear();
}

/** What of these addresses names the file. */
function bare(url: string): string {
  return url.replace(/[?#].*$/s, "");
}

type Reader = (text: string) => readonly string[];

function find(start: string, entry: string, read: Reader): string[] | undefined {
  const from = new Map<string, string | undefined>([[start, undefined]]);
  for (const url of from.keys()) {
    if (url === entry) return wayBack(from, url);
    for (const next of free.has(url) ? [] : importsOf(url, entry, read)) if (!from.has(next)) from.set(next, url);
  }
  for (const url of from.keys()) free.add(url);
  return undefined;
}

function wayBack(from: ReadonlyMap<string, string | undefined>, end: string): string[] {
  const way: string[] = [];
  for (let url: string | undefined = end; url !== undefined; url = from.get(url)) way.unshift(url);
  return way;
}

function importsOf(url: string, entry: string, read: Reader): string[] {
  const folder = packageOf(url);
  if (url.startsWith(LIBRARY) || (folder !== "" && folder !== packageOf(entry))) return [];
  const path = builtin("node:url").fileURLToPath(url);
  return [...specifiersIn(path, read).flatMap((specifier) => fileOf(specifier, url)), ...requiredBy(path)];
}

/** @returns the specifiers of what a text imports and requires, where it says them */
export function specifiers(text: string): string[] {
  return [...text.replaceAll(TYPES_ONLY, "").matchAll(SPECIFIER)].map(([, , specifier = ""]) => specifier);
}

/** As `specifiers`, without what stands in comments and texts. Other languages than JavaScript cannot be parsed. */
function parsedSpecifiers(text: string): readonly string[] {
  try {
    return importedIn(parseFile(text));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof BeyondBounds) return specifiers(text);
    throw error;
  }
}

function specifiersIn(path: string, read: Reader): readonly string[] {
  try {
    return read(builtin("node:fs").readFileSync(path, "utf8"));
  } catch {
    return []; // Not on the disk: a loader made it up, and no file leads on from it.
  }
}

/** @returns the file that a specifier in the module at `base` names; nothing if there is none */
export function fileOf(specifier: string, base: string): string[] {
  let url: string;
  try {
    url = bare(resolve(specifier, base));
  } catch {
    return []; // Only a loader knows what that is.
  }
  const found = existing(url);
  return found === undefined ? [] : [found];
}

/** @returns the file at that address, or at the one that a loader would take it for; undefined if there is none */
function existing(url: string): string | undefined {
  if (!url.startsWith("file:")) return undefined;
  const stem = url.replace(/\.([cm]?)jsx?$/, ".$1");
  const candidates = [...ENDINGS.map((ending) => url + ending), `${stem}ts`, `${stem}tsx`];
  const found = candidates.find(isFile);
  return found && realAddress(found);
}

function isFile(url: string): boolean {
  try {
    return builtin("node:fs").statSync(new URL(url), { throwIfNoEntry: false })?.isFile() === true;
  } catch {
    return false; // No path can be made of it.
  }
}

/** CommonJS keeps what a module has required, however it said it. */
function requiredBy(path: string): string[] {
  const { cache } = builtin("node:module").createRequire(import.meta.url);
  return (cache[path]?.children ?? []).map(({ filename }) => builtin("node:url").pathToFileURL(filename).href);
}
