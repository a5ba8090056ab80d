/** CommonJS modules: what they export, by identity. Node keeps every loaded one in a cache that can be asked. */
import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import { isReferable } from "./by-value.js";

const { cache } = createRequire(import.meta.url);

/** @returns the addresses of the CommonJS modules that are loaded and may be referred to, by what they export */
export function commonJsExports(): Map<unknown, string> {
  const found = new Map<unknown, string>();
  for (const [file, module] of Object.entries(cache)) {
    const url = pathToFileURL(file).href;
    if (module !== undefined && !found.has(module.exports) && isReferable(url)) found.set(module.exports, url);
  }
  return found;
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
