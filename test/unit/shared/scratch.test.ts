/** The memory in which values are written before they go into the heap. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Scratch } from "#heddle/channel/codec/scratch.js";

const MEGABYTE = 1 << 20;
const held = (): number => process.memoryUsage().arrayBuffers;

test("Scratch: it grows with its content, seen by every view", () => {
  const scratch = new Scratch();
  scratch.bytes.fill(7, 0, 8);
  for (const bytes of [5000, 3 * MEGABYTE, 9 * MEGABYTE]) {
    scratch.reserve(bytes, 8);
    assert.ok(scratch.bytes.length >= bytes);
    assert.deepEqual([...scratch.bytes.subarray(0, 8)], new Array(8).fill(7));
    assert.deepEqual([scratch.words[1], scratch.view.getUint8(7)], [0x07070707, 7]);
    assert.equal(scratch.words.length * 4, scratch.bytes.length);
  }
});

test("Scratch: it gives back at once what it has grown out of, and what a large value has taken", () => {
  const scratch = new Scratch();
  const before = held();
  scratch.reserve(8 * MEGABYTE, 0);
  scratch.reserve(16 * MEGABYTE, 0);
  assert.ok(held() - before < 20 * MEGABYTE, `holds ${held() - before} bytes`);
  scratch.trim();
  assert.ok(held() - before < MEGABYTE, `holds ${held() - before} bytes`);
});

test("Scratch: what is not much stays for the next value", () => {
  const scratch = new Scratch();
  scratch.reserve(MEGABYTE, 0);
  const { bytes } = scratch;
  scratch.trim();
  assert.equal(scratch.bytes, bytes);
  assert.equal(bytes.length, MEGABYTE);
});
