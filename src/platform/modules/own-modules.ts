/**
 * Modules of this library by their address, at once and without Node's loader of ES modules, which takes a worker longer to
 * start than all else. The build has put them together in parts; see scripts/bundle.js.
 *
 * Parts that are loaded late share what was loaded before, also when the program has emptied Node's cache of modules, as
 * tools do that load changed files anew: what is known here goes back there first.
 */
import { createRequire } from "node:module";

type Exports = Readonly<Record<string, unknown>>;
type Table = Readonly<Record<string, (() => Exports) | undefined>>;

const LIBRARY = new URL("../../", import.meta.url).href;
/** The build puts this module in the core, which lies beside the other parts. */
const requireHere = createRequire(import.meta.url);

const loaded = new Map<string, Exports>();
/** Node's own record of each file, by its path. */
const records = new Map<string, NodeJS.Module>();
let table: Table | undefined;

remember();
// For the faces of the modules (part.ts), which may come when the cache is empty: there is one core in each thread.
Reflect.defineProperty(globalThis, Symbol.for(`heddle.core ${LIBRARY}`), { configurable: true, value: { part } });

/** @returns what the modules of that part export, by the names that the build has given */
export function part(name: string): Exports {
  let exported = loaded.get(name);
  if (exported === undefined) {
    for (const [file, record] of records) requireHere.cache[file] ??= record;
    exported = requireHere(`./${name}.cjs`) as Exports;
    loaded.set(name, exported);
    remember();
  }
  return exported;
}

/** @returns what the module at that address exports; undefined if it is none of this library */
export function ownModule(url: string): Exports | undefined {
  return url.startsWith(LIBRARY) ? moduleNamed(url.slice(LIBRARY.length)) : undefined;
}

/** @returns what the module with that path, relative to the library, exports */
export function moduleNamed(path: string): Exports | undefined {
  table ??= (part("modules")["table"] as (load: typeof part) => Table)(part);
  return table[path]?.();
}

function remember(): void {
  const folder = requireHere.resolve("./core.cjs").slice(0, -"core.cjs".length);
  for (const [file, record] of Object.entries(requireHere.cache)) {
    if (record !== undefined && file.startsWith(folder)) records.set(file, record);
  }
}
