/** CommonJS modules: what they export, by identity. Node keeps every loaded one in a cache that can be asked. */
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isReferable } from "./by-value.js";

const { cache } = createRequire(import.meta.url);

/** @returns what the CommonJS modules export that are loaded */
export function commonJsExports(): Set<unknown> {
  return new Set(Object.values(cache).map((module) => module?.exports as unknown));
}

/** @returns the address of a CommonJS module that is loaded, may be referred to, and exports just that */
export function commonJsExporting(value: unknown): string | undefined {
  for (const [file, module] of Object.entries(cache)) {
    if (module?.exports !== value) continue;
    const url = pathToFileURL(file).href;
    if (isReferable(url)) return url;
  }
  return undefined;
}

/** @returns the name under which the CommonJS module at `url` exports `fn`: `default` if it is `module.exports` itself */
export function commonJsName(url: string, fn: unknown): string | undefined {
  const exported: unknown = url.startsWith("file:") ? cache[fileURLToPath(url)]?.exports : undefined;
  if (exported === fn) return "default";
  if (typeof exported !== "object" && typeof exported !== "function") return undefined;
  for (const [key, property] of Object.entries(Object.getOwnPropertyDescriptors(exported ?? {}))) {
    if ("value" in property && property.value === fn) return key;
  }
  return undefined;
}
