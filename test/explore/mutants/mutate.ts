/** Mutants made from the text of a module: the real thing with one change, which the explorer must catch. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../rig/root.js";

/**
 * Loads the compiled module `#heddle/FOLDER/NAME.js` with `from` replaced by `to`.
 *
 * @throws {Error} unless `from` stands there exactly once: the module has changed, and the mutant with it
 */
export async function mutate<M>(name: string, from: string, to: string, folder = "sync"): Promise<M> {
  return load(name, replaced(name, textOf(name, folder), from, to), folder);
}

/**
 * Loads the compiled module with its async faces made blocking, so that the explorer can run them: its waits are those of
 * `abortable.ts`. With `from` and `to`, a mutant of it.
 */
export async function synchronous<M>(name: string, from?: string, to = ""): Promise<M> {
  const text = textOf(name);
  const mutant = from === undefined ? text : replaced(name, text, from, to);
  const park = new URL("../abortable.js", import.meta.url).href;
  return load(name, mutant.replaceAll("async ", "").replaceAll("await ", "").replace('"./park.js"', `"${park}"`));
}

function urlOf(name: string, folder: string): string {
  return import.meta.resolve(`#heddle/${folder}/${name}.js`);
}

/** What the compiler wrote: the package has the modules of a part in one file. */
function textOf(name: string, folder = "sync"): string {
  return readFileSync(path.join(root, `build/written/${folder}/${name}.js`), "utf8");
}

function replaced(name: string, text: string, from: string, to: string): string {
  if (text.split(from).length !== 2) throw new Error(`${name}.js does not have exactly one: ${from}`);
  return text.replace(from, to);
}

async function load<M>(name: string, text: string, folder = "sync"): Promise<M> {
  const absolute = (specifier: string): string => pathToFileURL(new URL(specifier, urlOf(name, folder)).pathname).href;
  const module = text
    .replace(/(from ")(\.[^"]+)"/g, (_, before: string, specifier: string) => `${before}${absolute(specifier)}"`)
    .replace(/\/\/# sourceMappingURL.*/, "");
  return (await import(`data:text/javascript,${encodeURIComponent(module)}`)) as M;
}
