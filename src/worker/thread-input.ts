/**
 * The input of a thread: the descriptor that all threads of the process share, as in Python. Node gives a worker an input of
 * its own, which is empty and says nothing.
 */
import type { Readable } from "node:stream";
import { builtin } from "../platform/engine/builtin.js";
import { noteStart } from "./family/this-run.js";

const STDIN = 0;

/** Replaces this thread's `process.stdin`; it is opened when somebody asks for it. */
export function installInput(): void {
  let input: Readable | undefined;
  const get = (): Readable => (input ??= open());
  Object.defineProperty(process, "stdin", { configurable: true, enumerable: true, get });
}

/** As Node does it in the main thread. The descriptor itself stays open when the stream is closed. */
function open(): Readable {
  noteStart(); // the next thread in this worker would find what this one has left in it
  const { createReadStream, fstatSync } = builtin("node:fs");
  const kind = fstatSync(STDIN);
  if (builtin("node:tty").isatty(STDIN)) return new (builtin("node:tty").ReadStream)(STDIN);
  if (kind.isFIFO() || kind.isSocket()) {
    return new (builtin("node:net").Socket)({ fd: STDIN, readable: true, writable: false });
  }
  return createReadStream("", { fd: STDIN, autoClose: false });
}
