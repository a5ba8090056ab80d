/** From a specifier in a module to the address of the module it names, synchronously and as `import` would. */
import { builtin } from "../../platform/engine/builtin.js";
import { PickleError } from "../errors.js";
import { packageTarget } from "./package-target.js";

/** @throws {PickleError} if there is no such module */
export function resolve(specifier: string, base: string): string {
  if (builtin("node:module").isBuiltin(specifier))
    return specifier.startsWith("node:") ? specifier : `node:${specifier}`;
  if (/^\.{0,2}\//.test(specifier)) return realAddress(new URL(specifier, base).href);
  if (URL.canParse(specifier)) return realAddress(specifier);
  const found = packageTarget(specifier, base);
  if (found === undefined) throw new PickleError(`Cannot find "${specifier}", which ${base} imports`);
  return realAddress(found);
}

/** Node gives a module that is reached through a symbolic link the address of the file itself. */
export function realAddress(url: string): string {
  if (!url.startsWith("file:")) return url;
  const { search, hash } = new URL(url);
  const { fileURLToPath, pathToFileURL } = builtin("node:url");
  try {
    return pathToFileURL(builtin("node:fs").realpathSync(fileURLToPath(url))).href + search + hash;
  } catch {
    return url; // Not on the disk: a loader made it up, and will find it again.
  }
}

const PACKAGE = /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+\//;

/** @returns the folder of the installed package that the module at `url` is a part of; empty for the program's own modules */
export function packageOf(url: string): string {
  return PACKAGE.exec(url)?.[0] ?? "";
}
