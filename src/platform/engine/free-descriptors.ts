/**
 * Whether a worker could open what it needs. One that cannot fails later, in the event loop of who started it, where a
 * starter that blocks does not hear of it; and Node leaks some of the few descriptors that are left with each failure.
 */
import { RuntimeError } from "../errors/errors.js";
import { visible } from "../words/user-text.js";
import { builtin } from "./builtin.js";

/** A thread needs four and a process nine, counted on Node 20 to 26; two more, for what another thread opens meanwhile. */
const FOR_A_THREAD = 6;
export const FOR_A_PROCESS = 11;

/** @throws {RuntimeError} with the system's `code` and error, if this process or the system has too many files open */
export function checkDescriptors(what: string, needed = FOR_A_THREAD): void {
  const { openSync, closeSync } = builtin("node:fs");
  const open: number[] = [];
  try {
    while (open.length < needed) open.push(openSync(process.platform === "win32" ? "\\\\.\\nul" : "/dev/null", "r"));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "EMFILE" || code === "ENFILE") throw tooManyFiles(visible(what), needed, code, error);
    // A program that may not look there has not too many files open for that.
  } finally {
    for (const descriptor of open) closeSync(descriptor);
  }
}

function tooManyFiles(what: string, needed: number, code: string, cause: unknown): RuntimeError {
  const remedy = "close some, or raise the limit (ulimit -n)";
  const message = `Cannot start ${what}: it needs ${needed} files, and too many are open (${code}); ${remedy}`;
  return Object.assign(new RuntimeError(message, { cause }), { code });
}
