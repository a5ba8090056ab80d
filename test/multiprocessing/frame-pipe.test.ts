/** Bytes on the pipe between processes that are no messages break the pipe, and nothing else. */
import assert from "node:assert/strict";
import type { Socket } from "node:net";
import { Duplex } from "node:stream";
import { test } from "node:test";
import { FramePipe } from "#heddle/worker/frame-pipe.js";

/** What a frame begins with. */
const MARK = 0x4c444548;

/** @returns the header of a frame for that body, and the body */
function framed(body: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt32LE(MARK, 0);
  header.writeUInt32LE(body.length, 4);
  return Buffer.concat([header, body]);
}

for (const [name, bytes] of [
  ["a body of no known kind", framed(Buffer.from([0xff, 0x0f, 0x00]))],
  ["a body that is no value at all", framed(Buffer.from("no value"))],
  ["an empty body", framed(Buffer.alloc(0))],
  ["what has no mark", Buffer.from("something else")],
] as const)
  test(`a pipe that gets ${name} ends with an error`, async () => {
    const stream = new Duplex({ read: () => {}, write: (_chunk, _encoding, done) => done() });
    const messages: unknown[] = [];
    const ended = new Promise<Error | undefined>((resolve) => {
      new FramePipe(stream as unknown as Socket, { onMessage: (message) => messages.push(message), onEnd: resolve });
    });
    stream.push(bytes);
    assert.match(String(await ended), /Something else than heddle has written to the pipe/);
    assert.deepEqual(messages, []);
  });
