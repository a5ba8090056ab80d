/** Reads the documentation as a test does: its links, and the programs in it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./root.js";

/** A program that a reader would copy. */
export interface Example {
  /** Unique, a file name: `README-1`. */
  readonly name: string;
  /** Where it stands, for messages. */
  readonly where: string;
  readonly code: string;
  /** What it must print, exactly; undefined if the text does not say. */
  readonly output: string | undefined;
}

const SKIPPED = new Set(["node_modules", "dist", "build", ".git"]);

/** Every file of the project whose name ends so, relative to its root. */
export function projectFiles(ending: string, folder = "."): string[] {
  return readdirSync(path.join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const name = path.join(folder, entry.name);
    if (entry.isDirectory()) return SKIPPED.has(entry.name) ? [] : projectFiles(ending, name);
    return name.endsWith(ending) ? [name] : [];
  });
}

/** The text of a file of the project. */
export const pageText = (file: string): string => readFileSync(path.join(root, file), "utf8");

/** Links that lead nowhere, as `file: link`. */
export const brokenLinks = (file: string): string[] =>
  relativeLinks(file)
    .filter((link) => !leadsSomewhere(file, link))
    .map((link) => `${file}: ${link}`);

/** Links of a page that lead to files of the project. */
export function relativeLinks(file: string): string[] {
  const links = [...withoutCode(pageText(file)).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link ?? "");
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(from: string, link: string): boolean {
  const [target = "", anchor] = link.split("#");
  const file = target === "" ? from : path.join(path.dirname(from), target);
  if (!existsSync(path.join(root, file))) return false;
  return anchor === undefined || anchors(pageText(file)).includes(anchor);
}

/** Anchors of a page's headings, as GitHub makes them. */
function anchors(page: string): string[] {
  return [...withoutCode(page).matchAll(/^#+ +(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

const withoutCode = (page: string): string => page.replaceAll(/^```[\s\S]*?^```/gm, "");

/** Whole programs in a page: fenced as ts and importing from the library; a text block right after one is its output. */
export function pageExamples(file: string): Example[] {
  const blocks = pageText(file).matchAll(/^```ts\n([\s\S]*?)^```\n(?:\n?```text\n([\s\S]*?)^```)?/gm);
  const programs = [...blocks].filter(([, code]) => isProgram(code ?? ""));
  return programs.map(([, code = "", output], i) => example(file, i, code, output));
}

/** Programs in the @example tags of a source file. */
export function sourceExamples(file: string): Example[] {
  const comments = [...pageText(file).matchAll(/^[ \t]*\/\*\*[\s\S]*?\*\//gm)].map(([comment]) =>
    comment.replaceAll(/^[ \t]*(\/\*\*|\*\/|\*) ?/gm, "").replace(/\*\/$/, ""),
  );
  const tags = comments.flatMap((comment) => [...comment.matchAll(/^@example\s*([\s\S]*?)(?=^@\w|$(?![\s\S]))/gm)]);
  const programs = tags.map(([, text = ""]) => unfenced(text)).filter(isProgram);
  return programs.map((code, i) => example(file, i, code, undefined));
}

const unfenced = (text: string): string => /^```(?:ts)?\n([\s\S]*?)^```/m.exec(text)?.[1] ?? text;

const isProgram = (code: string): boolean => /from "heddle\//.test(code);

function example(file: string, index: number, code: string, output: string | undefined): Example {
  const name = `${file.replace(/\.(md|ts)$/, "").replaceAll(/[^\w]+/g, "-")}-${index + 1}`;
  return { name, where: `${file}, program ${index + 1}`, code, output };
}
