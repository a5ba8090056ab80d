import { noteShared } from "../text/lasting-effects.js";

/** Counts what this thread has loaded for the functions that it was sent: state that outlives them. */
const library = new URL("../../", import.meta.url).href;

/** Folders of the library whose modules keep no state of the user's, or are told when a worker changes hands. */
const STATELESS = /^(threading|queue|shared|time)\//;

let count = 0;

/** Notes that the module at `address` is about to be loaded. Node's own have no state of the user's. */
export function noteModule(address: string): void {
  if (address.startsWith("node:")) {
    noteShared(address);
    return;
  }
  if (!address.startsWith(library) || !STATELESS.test(address.slice(library.length))) count++;
}

/** @returns how many modules that keep state may have been loaded here */
export function userModules(): number {
  return count;
}
