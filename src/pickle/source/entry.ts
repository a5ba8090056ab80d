/**
 * The entry module of the program. Its functions always travel by value: loading it in a worker would run the program
 * again. A worker hears of it from the packets it gets.
 */
import { builtin } from "../../platform/builtin.js";
import { isMainThread } from "../../platform/runtime.js";
import { realAddress } from "./resolve.js";

let address: string | undefined;

/** @returns the address of the program's entry module; empty when it has none, as with `node -e` */
export function entryModule(): string {
  address ??= isMainThread && process.argv[1] !== undefined ? findEntry(process.argv[1]) : "";
  return address;
}

/** Tells a worker which module the program began with. */
export function setEntryModule(url: string): void {
  address = url;
}

/** `node program` may leave out the extension. */
function findEntry(path: string): string {
  const url = builtin("node:url").pathToFileURL(path).href;
  return [url, `${url}.js`, `${url}/index.js`].map(realAddress).find((each) => /\.\w+$/.test(each)) ?? url;
}
