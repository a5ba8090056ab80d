/** The files that hold this library's modules, for the ES modules that users import; see scripts/bundle.js. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const requireHere = createRequire(import.meta.url);

/**
 * @returns what the modules of that part export
 * @throws {Error} if it is not there, as a bundler leaves it behind
 */
export function part(name: string): Record<string, unknown> {
  const file = `../parts/${name}.cjs`;
  try {
    return requireHere(file) as Record<string, unknown>;
  } catch (error) {
    throw isMissing(error, file) ? new Error(bundledByMistake(file), { cause: error }) : error;
  }
}

function isMissing(error: unknown, file: string): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return code === "MODULE_NOT_FOUND" && String(message).includes(file);
}

function bundledByMistake(file: string): string {
  return (
    `Cannot load ${fileURLToPath(new URL(file, import.meta.url))}: heddle was bundled into ` +
    `${fileURLToPath(import.meta.url)}: declare it external (esbuild: --external:heddle; webpack, rollup, vite: external) ` +
    "and install it beside the bundle"
  );
}
