// The packages that functions are tried with, and each one's two programs: the case as it is, and what `require` makes of it.
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";

const manifest = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));

/** Name and exact version of each package, in the order of the table. */
export const PACKAGES = Object.entries(manifest.dependencies);

/** @returns {string} the program of a package in the folder `cases` */
export const caseOf = (name) => `${name.replace("/", "+")}.js`;

/** The same program in CommonJS: imports become calls of `require`, and what awaits at its top stands in a function. */
export function asCommonJs(text) {
  const body = text.replaceAll(/^import ([^"]+) from (".+");$/gm, required).replace(/^await check\(/m, "check(");
  return /^\S.*\bawait\b/m.test(body) ? `(async () => {\n${body}})();\n` : body;
}

/** What one import is in CommonJS. */
function required(_, what, from) {
  const [, whole, names] = /^(?:\* as )?(\w+)?(?:, )?(?:\{([^}]+)\})?$/.exec(what);
  const fields = names?.replaceAll(/(\w+) as (\w+)/g, "$1: $2");
  if (whole === undefined) return `const {${fields}} = require(${from});`;
  return `const ${whole} = require(${from});${names === undefined ? "" : `\nconst {${fields}} = ${whole};`}`;
}

/** Whether `require` finds CommonJS there. @param {string} folder where the package is installed */
export function isCommonJs(name, folder) {
  const file = createRequire(path.join(folder, "index.js")).resolve(name);
  if (!file.endsWith(".js")) return file.endsWith(".cjs");
  return JSON.parse(readFileSync(manifestAbove(file), "utf8")).type !== "module";
}

function manifestAbove(file) {
  const found = path.join(path.dirname(file), "package.json");
  return existsSync(found) ? found : manifestAbove(path.dirname(file));
}
