/**
 * Loaders that a thread does not inherit. On Node 20, tsx installs its hooks in the main thread only, and a thread that is
 * started with the same `--import` is without them; from Node 22 on it has them.
 */
import path from "node:path";
import { resolve } from "../pickle/modules/resolve.js";
import { builtin } from "../platform/engine/builtin.js";

/** `--import` of tsx: by name, or the file that its command line uses. */
const TSX = /^(?:tsx(?:\/esm)?$|file:.*\/tsx\/dist\/)/;

/** Installs, in this thread, the loaders that the program was started with and that Node did not bring along. */
export async function registerLoaders(): Promise<void> {
  if (!process.version.startsWith("v20.")) return;
  const tsx = imports().find((specifier) => TSX.test(specifier));
  if (tsx === undefined) return;
  const { pathToFileURL } = builtin("node:url");
  const base = tsx.startsWith("file:") ? tsx : pathToFileURL(path.join(process.cwd(), "main.js")).href;
  const { register } = (await import(resolve("tsx/esm/api", base))) as { register(): unknown };
  register();
}

/** @returns what the flags of the program tell Node to import first */
function imports(): string[] {
  const flags = [...process.execArgv, ...(process.env["NODE_OPTIONS"] ?? "").split(" ")];
  return flags.flatMap((flag, i) => {
    if (flag === "--import") return [flags[i + 1] ?? ""];
    return flag.startsWith("--import=") ? [flag.slice("--import=".length)] : [];
  });
}
