/** How many threads wait ready. */
import { checkInteger, checkOptions, checkTimeout } from "../platform/errors/arguments.js";
import { reserve, type ThreadReserve } from "../worker/reserve.js";

export type { ThreadReserve } from "../worker/reserve.js";

/**
 * Sets how many workers the calling thread keeps ready for the threads it starts. A thread that ends and leaves nothing
 * behind (no module loaded, no global, no handle, no built-in object changed) leaves its worker to the next one, which then starts by a message
 * instead of a boot. Before the first thread is started nothing is kept, and what is kept costs memory only.
 *
 * Python needs no such thing: its threads are cheap.
 *
 * @param options what is left out stays as it is
 * @throws {TypeError | RangeError} if an option is wrong
 * @example
 * import { setThreadReserve } from "heddle/threading";
 *
 * setThreadReserve({ size: 8, idle: 60_000 }); // a server that starts up to eight threads per request
 */
export function setThreadReserve(options: ThreadReserve): void {
  checkOptions("setThreadReserve", options, ["size", "idle"]);
  const { size = reserve.size, idle = reserve.idle } = options;
  checkInteger("setThreadReserve: size", size, 0);
  checkTimeout("setThreadReserve: idle", idle);
  reserve.size = size;
  reserve.idle = idle;
  reserve.trim();
}
