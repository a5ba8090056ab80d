/** What is copied out of the heap has memory of its own, which for large pieces is that of those freed before. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { ownBytes, ownCopy } from "#heddle/channel/codec/own-bytes.js";
import { faultsOf, onGlibc, PAGES } from "../../rig/faults.js";

test("ownBytes: who takes many large pieces gets the memory of those that were freed", onGlibc, () => {
  const faults = ["with many", "with memory to keep", "with the same again"].map(() => faultsOf(ownBytes));
  assert.ok(faults[2]! < PAGES / 4, `${faults} faults for ${PAGES} pages`);
});

test("ownCopy: the bytes asked for, in a buffer of their own", () => {
  for (const length of [0, 1, 16 << 10, 1 << 20]) {
    const bytes = new Uint8Array(length + 3).fill(7);
    bytes[1] = 1;
    const copy = ownCopy(bytes, 1, length);
    assert.deepEqual([copy.length, copy.buffer.byteLength, copy.byteOffset], [length, length, 0]);
    assert.deepEqual(copy, bytes.slice(1, 1 + length));
  }
});
