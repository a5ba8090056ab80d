/** What structured clone refuses is refused before, with the path and what to do instead. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dumps } from "heddle/pickle";
import { Thread } from "heddle/threading";
import { PickleError } from "#heddle/pickle/errors.js";
import { pack, THREAD } from "#heddle/pickle/pickle.js";
import { bothWays, refuses } from "./both-ways.js";
import { DESTINATIONS } from "./rig.js";

const detach = <T extends ArrayBuffer>(buffer: T): T => {
  structuredClone(buffer, { transfer: [buffer] });
  return buffer;
};

test("an object around a symbol is refused by its path", () => {
  refuses(
    { user: { x: Object(Symbol("s")) } },
    /^Cannot send item\.user\.x: it is an object around a symbol\. Send the symbol/,
  );
});

test("a detached ArrayBuffer, and views of one, are refused by their path", () => {
  const buffer = new ArrayBuffer(8);
  const views = [new Float64Array(buffer), new DataView(buffer), Buffer.from(buffer), new BigInt64Array(buffer)];
  detach(buffer);
  refuses(
    { user: [buffer] },
    /^Cannot send item\.user\[0\]: it is a detached ArrayBuffer, whose bytes were transferred .* copy/,
  );
  refuses({ user: { x: detach(new ArrayBuffer(0)) } }, /^Cannot send item\.user\.x: it is a detached ArrayBuffer/);
  for (const x of views) refuses({ x, f: () => 1 }, /^Cannot send item\.x: it is a (\w+) of a detached ArrayBuffer/);
  class Bytes extends Uint8Array {}
  const bytes = new Bytes(4);
  detach(bytes.buffer as ArrayBuffer);
  refuses([bytes], /^Cannot send item\[0\]: it is a Uint8Array of a detached ArrayBuffer/);
});

test("an empty buffer, and empty views, are not taken for detached ones", () => {
  for (const to of ["thread", "process"] as const) {
    for (const each of [new ArrayBuffer(0), new Uint8Array(0), new DataView(new ArrayBuffer(0)), Buffer.alloc(0)]) {
      assert.doesNotThrow(() => pack(each, { to: DESTINATIONS[to], name: "item" }));
    }
  }
});

test("a view beyond the end of its resized buffer is refused by its path", () => {
  const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
  const views = [new Uint8Array(buffer, 4, 4), new DataView(buffer, 4, 4), new BigInt64Array(buffer, 0, 1)];
  buffer.resize(2);
  for (const x of views)
    refuses({ x }, /^Cannot send item\.x: it is a \w+ of an ArrayBuffer that was resized .*Resize the buffer/);
});

test("an object that only inherits from a class of Node is refused by its path", () => {
  for (const cls of [URL, URLSearchParams, AbortSignal, DOMException]) {
    refuses(
      { x: Object.create(cls.prototype) },
      new RegExp(`^Cannot send item\\.x: it inherits from an? ${cls.name}, but`),
    );
  }
});

test("transfer: an item that cannot be transferred is refused by its place, with the remedy", () => {
  const buffer = new ArrayBuffer(8);
  const cases: [unknown[], RegExp][] = [
    [
      [new Uint8Array(8)],
      /^Cannot send transfer\[0\]: it is a Uint8Array, which cannot be transferred itself\. List its buffer/,
    ],
    [[buffer, buffer], /^Cannot send transfer\[1\]: it is in the list already/],
    [
      [new SharedArrayBuffer(8)],
      /transfer\[0\]: it is a SharedArrayBuffer, which is shared and not moved\. Leave it out/,
    ],
    [[buffer, detach(new ArrayBuffer(8))], /transfer\[1\]: it is a detached ArrayBuffer, which was transferred before/],
    [[5], /transfer\[0\]: it is a number, which is copied anyway/],
    [[() => 1], /transfer\[0\]: it is a function/],
    ...[{}, [], new Map(), new Date(), new (class User {})(), new Proxy({}, {}), Promise.resolve()].map(
      (each): [unknown[], RegExp] => [[each], /transfer\[0\]: nothing of it can be transferred\. List ArrayBuffers/],
    ),
  ];
  for (const [transfer, message] of cases) {
    const options = { to: THREAD, name: "args", transfer: transfer as never } as const;
    assert.throws(
      () => pack({ transfer }, options),
      (error) => error instanceof PickleError && message.test(error.message) && /^transfer\[\d\]$/.test(error.path),
      String(message),
    );
  }
  assert.equal(buffer.byteLength, 8);
});

test("Thread: a wrong transfer list, and a detached argument, are refused where it is started", () => {
  const bytes = new Uint8Array(8);
  const start = (args: unknown[], transfer: unknown[]): unknown =>
    new Thread({ target: (x: unknown) => void x, args: args as [unknown], transfer: transfer as never }).start();
  assert.throws(() => start([bytes], [bytes]), { name: "PickleError", path: "transfer[0]" });
  const user = { x: detach(new ArrayBuffer(8)) };
  assert.throws(() => start([{ user }], []), { name: "PickleError", path: /\.?args\[0\]\.user\.x$/ });
  assert.throws(() => dumps({ user }), { name: "PickleError", path: "value.user.x" });
});

bothWays(({ to, same }) => {
  if (to !== "thread") return;
  test("transfer: buffers, ports and streams pass", async () => {
    const { port1, port2 } = new MessageChannel();
    const stream = new ReadableStream();
    const transfer = [new ArrayBuffer(4), port2, stream] as never;
    assert.doesNotThrow(() => pack({ transfer }, { to: DESTINATIONS[to], name: "args", transfer }));
    port1.close();
    await same(() => SharedArrayBuffer.name);
    await same((cls: typeof SharedArrayBuffer) => new cls(3).byteLength, SharedArrayBuffer);
  });
});
