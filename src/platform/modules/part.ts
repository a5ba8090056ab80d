/** The files that hold this library's modules, for the ES modules that users import; see scripts/bundle.js. */
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const CORE = "../../parts/core.cjs";

interface Core {
  part(name: string): Record<string, unknown>;
}

let core: Core | undefined;

/**
 * @returns what the modules of that part export
 * @throws {Error} if it is not there, as a bundler leaves it behind
 */
export function part(name: string): Record<string, unknown> {
  core ??= coreHere() ?? loadCore();
  return core.part(name);
}

/** @returns what this thread has loaded before, as to start with: Node's cache of modules may have been emptied since */
function coreHere(): Core | undefined {
  const url = import.meta.url as string | undefined;
  if (url === undefined || url === "") return undefined;
  return Reflect.get(globalThis, Symbol.for(`heddle.core ${new URL("../../", url).href}`)) as Core | undefined;
}

function loadCore(): Core {
  try {
    return createRequire(import.meta.url)(CORE) as Core;
  } catch (error) {
    throw isMissing(error) ? new Error(bundledByMistake(), { cause: error }) : error;
  }
}

function isMissing(error: unknown): boolean {
  const { code, message } = error as { readonly code?: unknown; readonly message?: unknown };
  return code === "ERR_INVALID_ARG_VALUE" || (code === "MODULE_NOT_FOUND" && String(message).includes(CORE));
}

/** Where a bundler makes CommonJS there is no address. */
function bundledByMistake(): string {
  const here = (import.meta.url as string | undefined) ?? "";
  const [missing, bundle] =
    here === "" ? [CORE, "another file"] : [fileURLToPath(new URL(CORE, here)), fileURLToPath(here)];
  return (
    `Cannot load ${missing}: heddle was bundled into ${bundle}: declare it external ` +
    "(esbuild: --external:heddle; webpack, rollup, vite: external) and install it beside the bundle"
  );
}
