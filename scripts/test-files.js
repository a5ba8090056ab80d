// Which compiled test files belong to which group, and in which order they run.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { root } from "./project.js";

/** Quick and pure first, so that a broken basis shows soon; parity last, because it measures time. */
const ORDER = ["project", "types", "unit", "explore", "contract", "stress", "crash", "torture", "parity"];

/** Groups that run real threads or processes against each other: what `npm run test:repeat` repeats. */
export const CONCURRENT = ["contract", "stress", "crash", "parity"];

/** Groups, and ends of names, of files whose tests run in one thread, or wait for what they started however long it takes. */
const INDEPENDENT =
  /^build\/test\/(explore|pickle)\/|^build\/test\/unit\/pickle\/|^build\/test\/crash\/.*-stores\.test\.js$/;

/** @returns {boolean} whether another file may run beside it: it neither measures time nor takes all cores for long */
export function isIndependent(file) {
  return INDEPENDENT.test(file.split(path.sep).join("/"));
}

/** @returns {Map<string, string[]>} group name to compiled files, relative to the project; tests outside of a folder are "project" */
export function testGroups() {
  const base = path.join(root, "build/test");
  const groups = new Map();
  for (const name of readdirSync(base, { recursive: true }).sort()) {
    if (!name.endsWith(".test.js") || !existsSync(source(name))) continue;
    const folder = name.includes(path.sep) ? name.split(path.sep)[0] : "project";
    groups.set(folder, [...(groups.get(folder) ?? []), path.join("build/test", name)]);
  }
  const rank = (group) => (ORDER.includes(group) ? ORDER.indexOf(group) : ORDER.length - 2);
  return new Map([...groups].sort(([a], [b]) => rank(a) - rank(b)));
}

/** A compiled file whose source is gone is a remainder of an earlier build. */
function source(name) {
  return path.join(root, "test", name.replace(/\.js$/, ".ts"));
}

/** @returns {string[]} compiled files that do more if HEDDLE_SOAK is set: they, or what they import of the tests, know the name */
export function soakFiles() {
  return [...testGroups().values()].flat().filter((file) => knowsSoak(path.join(root, file), new Set()));
}

/** @param {Set<string>} seen files that were looked into: two may import each other */
function knowsSoak(file, seen) {
  if (seen.has(file)) return false;
  seen.add(file);
  const text = readFileSync(file, "utf8");
  if (text.includes("HEDDLE_SOAK")) return true;
  const imports = [...text.matchAll(/\bfrom "(\.[^"]+)"/g)].map(([, name]) => path.resolve(path.dirname(file), name));
  return imports.some((imported) => existsSync(imported) && knowsSoak(imported, seen));
}

/**
 * Turns what was typed into files: names of groups, paths of sources or compiled files; nothing typed means `groups`.
 *
 * @throws {Error} naming what is neither, and the groups there are
 */
export function chooseFiles(typed, groups = [...testGroups().keys()]) {
  const all = testGroups();
  const files = (typed.length > 0 ? typed : groups.filter((group) => all.has(group))).flatMap((name) => {
    if (all.has(name)) return all.get(name);
    const compiled = path
      .relative(root, path.resolve(name))
      .replace(/^test\//, "build/test/")
      .replace(/\.ts$/, ".js");
    if (existsSync(path.join(root, compiled))) return [compiled];
    throw new Error(`No test group or file "${name}"; groups are ${[...all.keys()].join(", ")}`);
  });
  return [...new Set(files)];
}
