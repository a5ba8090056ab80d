/**
 * Node reads the stack of each error of a stream. What the program has put in the place of `Error.prepareStackTrace` may
 * throw then, in the middle of Node, which ends the program; and a process that is killed breaks its pipes.
 */
import type { Socket } from "node:net";
import { replaceStack } from "../platform/stacks/callers-stack.js";
import { displayStack } from "../platform/words/display.js";

type Done = (error?: Error | null) => void;

/** @returns the same socket; each of its errors gets a stack that can be read before Node reads it */
export function withPlainErrors(socket: Socket): Socket {
  const { destroy, _write, _writev, _final } = socket;
  return Object.assign(socket, {
    destroy: (error?: Error) => destroy.call(socket, error && plain(error)),
    _write: (chunk: unknown, encoding: BufferEncoding, done: Done) =>
      _write.call(socket, chunk, encoding, plainly(done)),
    _writev: (chunks: Parameters<NonNullable<typeof _writev>>[0], done: Done) =>
      _writev?.call(socket, chunks, plainly(done)),
    _final: (done: Done) => _final.call(socket, plainly(done)),
  });
}

function plainly(done: Done): Done {
  return (error) => done(error && plain(error));
}

function plain(error: Error): Error {
  replaceStack(error, displayStack(error));
  return error;
}
