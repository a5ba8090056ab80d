/** In words, why loading a module in a worker would run the program again. */
import { runsProgram } from "./by-value.js";

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
