/** Files of functions that were rebuilt in this thread, as stacks name them. */
import path from "node:path";

const foreign = new Set<string>();
const MOST_FOREIGN = 4096;

/** Notes that a function of this file runs here although its module is not loaded here. */
export function noteForeignFile(filename: string): void {
  if (foreign.size < MOST_FOREIGN && isFile(filename)) foreign.add(filename);
}

/** @returns those noted so far */
export function foreignFiles(): readonly string[] {
  return [...foreign];
}

/** @returns whether a name in a stack is that of a file */
export function isFile(name: string): boolean {
  return name.startsWith("file:") || path.isAbsolute(name);
}
