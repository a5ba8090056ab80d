/**
 * The entry module of the program. Its functions always travel by value: loading it in a worker would run the program
 * again. A worker hears of it from the packets it gets.
 */
import { builtin } from "../../platform/engine/builtin.js";
import { isMainThread } from "../../platform/engine/this-thread.js";
import { realAddress } from "./resolve.js";

const LIBRARY = new URL("../../", import.meta.url).href;

let address: string | undefined;
let isWorker: boolean | undefined;

/** @returns the address of the program's entry module; empty when it has none, as with `node -e` */
export function entryModule(): string {
  address ??= ownEntry();
  return address;
}

/** Tells a worker which module the program began with. The program itself knows, whoever has sent what it loads. */
export function setEntryModule(url: string): void {
  isWorker ??= !isMainThread || ownEntry().startsWith(realAddress(LIBRARY));
  if (isWorker) address = url;
}

/** @returns whether another thread or process began the program, of which this one has heard */
export function isToldOfEntry(): boolean {
  return isWorker === true;
}

/** @returns what this process was started with: a file of the library, if it is a worker */
function ownEntry(): string {
  return isMainThread && process.argv[1] !== undefined ? findEntry(process.argv[1]) : "";
}

/** `node program` may leave out the extension. */
function findEntry(path: string): string {
  const url = builtin("node:url").pathToFileURL(path).href;
  return [url, `${url}.js`, `${url}/index.js`].map(realAddress).find((each) => /\.\w+$/.test(each)) ?? url;
}
