/** Mutants made from the text of a module: the real thing with one change, which the explorer must catch. */
import { readFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

/**
 * Loads the compiled module `#heddle/sync/NAME.js` with `from` replaced by `to`.
 *
 * @throws {Error} unless `from` stands there exactly once: the module has changed, and the mutant with it
 */
export async function mutate<M>(name: string, from: string, to: string): Promise<M> {
  const url = import.meta.resolve(`#heddle/sync/${name}.js`);
  const text = readFileSync(new URL(url), "utf8");
  if (text.split(from).length !== 2) throw new Error(`${name}.js does not have exactly one: ${from}`);
  const absolute = (specifier: string): string => pathToFileURL(new URL(specifier, url).pathname).href;
  const mutant = text
    .replace(from, to)
    .replace(/(from ")(\.[^"]+)"/g, (_, before: string, specifier: string) => `${before}${absolute(specifier)}"`)
    .replace(/\/\/# sourceMappingURL.*/, "");
  return (await import(`data:text/javascript,${encodeURIComponent(mutant)}`)) as M;
}
