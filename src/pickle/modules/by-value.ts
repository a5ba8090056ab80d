/** Which modules other threads may load: what those export travels by reference, everything else by value. */
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
export function runsProgram(url: string): readonly string[] | undefined {
  return choices.get(entryModule()) === "reference" ? undefined : wayToEntry(url);
}
