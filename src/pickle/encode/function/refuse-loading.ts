/** Refuses what would make a worker load the entry module: it would run the program again. */
import * as types from "node:util/types";
import type { Facts } from "../../live/function-facts.js";
import { fileName, programAgain, REMEDY } from "../../modules/by-value.js";
import { commonJsExported } from "../../modules/common-js.js";
import { entryModule } from "../../modules/entry.js";
import { fileOf, specifiers } from "../../modules/entry-imports.js";
import type { Encoding } from "../encoding.js";
import type { Path } from "../path.js";
import { whereIs } from "./where.js";

/** @throws {PickleError} if the function imports or requires, by a text that stands in it, what loads the entry module */
export function refuseLoading(encoding: Encoding, facts: Facts, path: Path): void {
  for (const specifier of specifiers(facts.analysis.text)) {
    const again = againBy(specifier, facts.url);
    if (again !== undefined)
      throw encoding.refusal(path, `it loads "${specifier}"${whereIs(facts, 0)}, ${again}. ${REMEDY}`);
  }
}

/** @throws {PickleError} if the variable is the namespace of a module that no worker may load */
export function refuseNamespace(encoding: Encoding, { script, url }: Facts, name: string, path: Path): void {
  const binding = script?.bindings.imports.get(name);
  const again = binding?.name === "*" ? againBy(binding.specifier, url) : undefined;
  if (again === undefined) return;
  throw encoding.refusal(
    path,
    `it is all of "${binding?.specifier}", ${again}. Import by name what the function needs`,
  );
}

/** While CommonJS loads in a circle, what a module exports so far is not an ordinary object. */
export function refuseUnfinished(encoding: Encoding, value: object, path: Path): void {
  if (types.isProxy(value) || !types.isProxy(Object.getPrototypeOf(value))) return;
  const entry = entryModule();
  if (value !== commonJsExported(entry)) return;
  const problem = `it is what ${fileName(entry)} exports, the entry module, which has not come to its end`;
  throw encoding.refusal(path, `${problem}. ${REMEDY}`);
}

/** @returns why loading that would run the program again, in words */
function againBy(specifier: string, base: string): string | undefined {
  const [url] = fileOf(specifier, base);
  return url === undefined ? undefined : programAgain(url);
}
