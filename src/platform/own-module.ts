/**
 * Modules of this library by their address, at once and without Node's loader of ES modules, which takes a worker longer to
 * start than all else. It knows them because the build has put them together; see scripts/bundle.js.
 */
import { builtin } from "./builtin.js";

const LIBRARY = new URL("../", import.meta.url).href;

type Table = Readonly<Record<string, (() => Record<string, unknown>) | undefined>>;
let table: Table | undefined;

/** @returns what the module at that address exports; undefined if it is none of this library */
export function ownModule(url: string): Record<string, unknown> | undefined {
  if (!url.startsWith(LIBRARY)) return undefined;
  table ??= builtin("node:module").createRequire(import.meta.url)("../parts/modules.cjs") as Table;
  return table[url.slice(LIBRARY.length)]?.();
}
