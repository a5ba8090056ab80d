/**
 * The parser, loaded when it is first needed: receivers never do. Not by `require`, which remembers a `package.json` that it
 * could not read as one that does not exist: a program that had too many files open once would never find the parser.
 */
import { readFileSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { compileFunction } from "node:vm";
import type * as Acorn from "acorn";

let acorn: typeof Acorn | undefined;

/** @throws the system error if its file cannot be read now; the next call tries again */
export function parser(): typeof Acorn {
  acorn ??= fromFile() ?? (createRequire(import.meta.url)("acorn") as typeof Acorn);
  return acorn;
}

/** @returns what it exports; undefined where packages are not kept in folders `node_modules` */
function fromFile(): typeof Acorn | undefined {
  for (const folder of createRequire(import.meta.url).resolve.paths("acorn") ?? []) {
    const file = path.join(folder, "acorn/dist/acorn.js");
    if (statSync(file, { throwIfNoEntry: false }) === undefined) continue;
    const exported = {};
    compileFunction(readFileSync(file, "utf8"), ["exports", "module"], { filename: file })(exported, {
      exports: exported,
    });
    return exported as typeof Acorn;
  }
  return undefined;
}
