/** The files that workers start with. They lie beside this module, unless a bundler took it away from them. */
import { statSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { RuntimeError } from "../platform/errors.js";

const found = new Map<string, URL>();

/**
 * @returns where the file of that name is
 * @throws {RuntimeError} if it is not there
 */
export function bootFile(name: string): URL {
  let file = found.get(name);
  if (file === undefined) {
    file = new URL(name, import.meta.url);
    if (statSync(file, { throwIfNoEntry: false }) === undefined) throw new RuntimeError(missing(file));
    found.set(name, file);
  }
  return file;
}

function missing(file: URL): string {
  return (
    `Cannot start a worker: ${fileURLToPath(file)}, which it begins with, is not there. heddle was bundled into ` +
    `${fileURLToPath(import.meta.url)}: declare it external (esbuild: --external:heddle; webpack, rollup, vite: external) ` +
    "and install it beside the bundle"
  );
}
