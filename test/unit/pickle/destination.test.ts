/** What may travel follows from what a destination has in common with the sender: a machine is one more constant. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Destination, havingAll, isThere, PROCESS, THREAD } from "#heddle/pickle/destination.js";
import { PickleError } from "#heddle/pickle/errors.js";
import { pack, unpack } from "#heddle/pickle/pickle.js";
import { SharedArray, Value } from "#heddle/shared/index.js";
import { triple } from "../../pickle/fixtures/library.js";

const MACHINE: Destination = { shares: undefined, clones: false, transfers: false, sameFiles: false };

const send = (value: unknown, to: Destination): unknown =>
  unpack(structuredClone(pack(value, { to, name: "it" }).body));

function refused(value: unknown, to: Destination, message: RegExp): void {
  assert.throws(
    () => pack(value, { to, name: "it" }),
    (error) => error instanceof PickleError && message.test(error.message),
  );
}

test("memory is there if it reaches as far as the destination is away", () => {
  const reached = (to: Destination): boolean[] => [
    isThere("thread", to),
    isThere("process", to),
    isThere("machine", to),
  ];
  assert.deepEqual(reached(THREAD), [false, true, true]);
  assert.deepEqual(reached(PROCESS), [false, false, true]);
  assert.deepEqual(reached(MACHINE), [false, false, false]);
  assert.deepEqual([havingAll("process"), havingAll("machine")], [THREAD, PROCESS]);
});

test("a machine gets data and functions by value, views of one buffer as views of one", () => {
  const offset = 2;
  assert.equal((send((x: number) => x + offset, MACHINE) as (x: number) => number)(40), 42);
  const buffer = new ArrayBuffer(4);
  const [one, two] = send([new Uint8Array(buffer), new Uint8Array(buffer, 2)], MACHINE) as [Uint8Array, Uint8Array];
  assert.equal(one.buffer, two.buffer);
  assert.deepEqual(send(new Map([["a", new Date(1)]]), MACHINE), new Map([["a", new Date(1)]]));
});

test("a machine gets nothing that lives in memory, can only be cloned or has one owner", () => {
  refused([new SharedArrayBuffer(4)], MACHINE, /^Cannot send it\[0\]: a SharedArrayBuffer reaches threads only/);
  refused(new Uint8Array(new SharedArrayBuffer(4)), MACHINE, /its SharedArrayBuffer reaches threads only/);
  refused(new Value("i32", 0), MACHINE, /this Value lives in the memory of this process/);
  refused(new SharedArray("i32", 1), MACHINE, /SharedArray/);
  refused(new Blob(["a"]), MACHINE, /a Blob reaches threads only/);
  refused(new AbortController().signal, MACHINE, /an AbortSignal reaches threads only/);
  const buffer = new ArrayBuffer(1);
  const options = { to: MACHINE, name: "it", transfer: [buffer] };
  assert.throws(
    () => pack(buffer, options),
    /^PickleError: Cannot send transfer\[0\]: nothing is handed over to there/,
  );
  assert.equal(buffer.byteLength, 1);
});

test("a machine has no file of this one: an export is refused, one of Node's own is not", () => {
  refused({ triple }, MACHINE, /^Cannot send it\.triple: it is 'triple' of file:.*, a file that is not there/);
  assert.equal(send(triple, PROCESS), triple);
  assert.equal(send(structuredClone, MACHINE), structuredClone);
});
