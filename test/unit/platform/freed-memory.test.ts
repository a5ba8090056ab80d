/** Memory of large buffers that is freed serves the next ones, instead of coming from the kernel page by page. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { detach } from "#heddle/platform/engine/detach.js";
import { keepFreedMemory } from "#heddle/platform/engine/freed-memory.js";
import { faultsOf, onGlibc, PAGES } from "../../rig/faults.js";

test("keepFreedMemory: buffers get the memory of those that were freed before", onGlibc, () => {
  keepFreedMemory();
  keepFreedMemory();
  const faults = [1, 2].map(() => faultsOf(Buffer.allocUnsafeSlow));
  assert.ok(faults[1]! < PAGES / 4, `${faults} faults for ${PAGES} pages`);
});

test("detach: takes the buffer, and its memory from the process", () => {
  const before = process.memoryUsage().arrayBuffers;
  const bytes = new Uint8Array(8 << 20);
  detach(bytes.buffer);
  detach(bytes.buffer);
  assert.equal(bytes.byteLength, 0);
  assert.ok(process.memoryUsage().arrayBuffers - before < 8 << 20);
});
