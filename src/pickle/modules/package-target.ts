/**
 * Resolves bare and `#` specifiers as `import` does. Node 20 resolves synchronously only for `require`, which may lead to
 * another copy of a package than the one the user imported.
 * Source: https://nodejs.org/api/esm.html#resolution-algorithm-specification
 */
import { builtin } from "../../platform/engine/builtin.js";

type Target = string | null | undefined | readonly Target[] | { readonly [condition: string]: Target };

interface PackageFile {
  readonly name?: string;
  readonly main?: string;
  readonly exports?: Target;
  readonly imports?: { readonly [name: string]: Target };
}

interface Package {
  readonly folder: URL;
  readonly file: PackageFile;
}

const files = new Map<string, PackageFile | undefined>();

/** @returns the address that `import specifier` in the module `base` leads to, or undefined if there is none */
export function packageTarget(specifier: string, base: string): string | undefined {
  if (specifier.startsWith("#")) {
    const own = enclosingPackage(base);
    const target = own?.file.imports && matchSubpath(specifier, own.file.imports);
    if (own === undefined || target === undefined) return undefined;
    return target.startsWith("./") ? new URL(target, own.folder).href : packageTarget(target, own.folder.href);
  }
  const [, name = "", rest = ""] = /^((?:@[^/]+\/)?[^/]+)(.*)$/s.exec(specifier) ?? [];
  const found = packageNamed(name, base);
  return found && entryOf(found, `.${rest}`);
}

function entryOf({ folder, file }: Package, subpath: string): string | undefined {
  if (file.exports !== undefined && file.exports !== null) {
    const target = matchSubpath(subpath, subpathsOf(file.exports));
    return target === undefined ? undefined : new URL(target, folder).href;
  }
  if (subpath !== ".") return new URL(subpath, folder).href;
  const main = file.main ?? "index.js";
  const tries = [main, `${main}.js`, `${main}/index.js`, "index.js"];
  const found = tries.find((path) => /\.\w+$/.test(path) && builtin("node:fs").existsSync(new URL(path, folder)));
  return found === undefined ? undefined : new URL(found, folder).href;
}

function subpathsOf(exports: Target): { readonly [subpath: string]: Target } {
  const isMap = typeof exports === "object" && exports !== null && !Array.isArray(exports);
  return isMap && Object.keys(exports).every((key) => key.startsWith("."))
    ? (exports as { readonly [subpath: string]: Target })
    : { ".": exports };
}

function matchSubpath(subpath: string, map: { readonly [subpath: string]: Target }): string | undefined {
  if (Object.hasOwn(map, subpath) && !subpath.includes("*")) return pickTarget(map[subpath], "");
  let best: { readonly key: string; readonly middle: string } | undefined;
  for (const key of Object.keys(map)) {
    const [head = "", tail, more] = key.split("*");
    if (tail === undefined || more !== undefined) continue;
    const fits = subpath.startsWith(head) && subpath.endsWith(tail) && subpath.length >= key.length;
    const longer = best === undefined || head.length > best.key.indexOf("*");
    if (fits && longer) best = { key, middle: subpath.slice(head.length, subpath.length - tail.length) };
  }
  return best && pickTarget(map[best.key], best.middle);
}

function pickTarget(target: Target, middle: string): string | undefined {
  if (typeof target === "string") return target.replaceAll("*", middle);
  if (typeof target !== "object" || target === null) return undefined;
  if (Array.isArray(target)) {
    for (const item of target as readonly Target[]) {
      const found = pickTarget(item, middle);
      if (found !== undefined) return found;
    }
    return undefined;
  }
  for (const [condition, inner] of Object.entries(target)) {
    if (!conditions().has(condition)) continue;
    const found = pickTarget(inner as Target, middle);
    if (found !== undefined) return found;
  }
  return undefined;
}

let active: Set<string> | undefined;

/** @returns the conditions under which this process imports */
function conditions(): Set<string> {
  if (active === undefined) {
    active = new Set(["node", "import", "module-sync", "node-addons", "default"]);
    for (const [i, flag] of process.execArgv.entries()) {
      const inline = /^(?:--conditions|-C)=(.+)$/.exec(flag)?.[1];
      const value = inline ?? (/^(?:--conditions|-C)$/.test(flag) ? process.execArgv[i + 1] : undefined);
      if (value !== undefined) active.add(value);
    }
  }
  return active;
}

/** A package may import itself by name; otherwise it is looked up in node_modules, upwards. */
function packageNamed(name: string, base: string): Package | undefined {
  const own = enclosingPackage(base);
  if (own?.file.name === name && own.file.exports !== undefined) return own;
  for (const folder of foldersUpwards(base)) {
    const inside = new URL(`node_modules/${name}/`, folder);
    const file = readPackage(inside);
    if (file !== undefined) return { folder: inside, file };
  }
  return undefined;
}

function enclosingPackage(base: string): Package | undefined {
  for (const folder of foldersUpwards(base)) {
    const file = readPackage(folder);
    if (file !== undefined) return { folder, file };
  }
  return undefined;
}

function* foldersUpwards(base: string): Generator<URL> {
  let folder = new URL(".", base);
  for (;;) {
    yield folder;
    const above = new URL("..", folder);
    if (above.href === folder.href) return;
    folder = above;
  }
}

function readPackage(folder: URL): PackageFile | undefined {
  const url = new URL("package.json", folder);
  if (!files.has(url.href)) {
    files.set(
      url.href,
      builtin("node:fs").existsSync(url) ? JSON.parse(builtin("node:fs").readFileSync(url, "utf8")) : undefined,
    );
  }
  return files.get(url.href);
}
