/**
 * Which modules other threads may load: what those export travels by reference, everything else by value. And in words, why
 * loading one would run the program again.
 */
import { wrongType } from "../../platform/errors/arguments.js";
import { entryModule } from "./entry.js";
import { wayToEntry } from "./entry-imports.js";

const choices = new Map<string, "value" | "reference">();

/**
 * Lets the functions and classes of a module travel by value although another thread could load it. Its variables are
 * then copied with each of them, and what the module does when it is loaded is not done again.
 *
 * Python: cloudpickle.register_pickle_by_value.
 *
 * @param url of the module: `import.meta.url`, `import.meta.resolve(...)`
 * @throws {TypeError} if `url` is no absolute URL
 */
export function pickleByValue(url: string): void {
  checkUrl("pickleByValue", url);
  choices.set(url, "value");
}

/**
 * Lets what a module exports travel by reference: other threads load the module and use their own. So it is with every
 * module but the entry module, whose top level would run again, and modules that import it; here that may be asked for.
 *
 * @param url of the module: `import.meta.url`, `import.meta.resolve(...)`
 * @throws {TypeError} if `url` is no absolute URL
 */
export function pickleByReference(url: string): void {
  checkUrl("pickleByReference", url);
  choices.set(url, "reference");
}

function checkUrl(where: string, url: unknown): void {
  if (typeof url !== "string" || !URL.canParse(url)) {
    throw wrongType(`${where}: url`, "the URL of a module, as import.meta.url", url);
  }
}

/** @returns whether other threads may load the module at `url` and use what it exports */
export function isReferable(url: string): boolean {
  const choice = choices.get(url);
  return choice === undefined ? runsProgram(url) === undefined : choice === "reference";
}

/** @returns the modules by which loading the one at `url` would run the program again, the entry module last; or undefined */
function runsProgram(url: string): readonly string[] | undefined {
  return choices.get(entryModule()) === "reference" ? undefined : wayToEntry(url);
}

/** What to do about it. */
export const REMEDY = "Move what it needs to a module that does not import the entry module";

/** @returns which way leads from the module at `url` to the entry module; undefined if there is none */
export function programAgain(url: string): string | undefined {
  const way = runsProgram(url);
  if (way === undefined) return undefined;
  const entry = fileName(way.at(-1) as string);
  const steps = way.slice(1, -1).map((each) => `imports ${fileName(each)}, which `);
  const leads =
    way.length === 1 ? `the entry module ${entry}` : `which ${steps.join("")}imports the entry module ${entry}`;
  return `${leads}: a worker would run the program again`;
}

/** @returns what an address ends with */
export function fileName(url: string): string {
  return decodeURIComponent(url.slice(url.lastIndexOf("/") + 1));
}
