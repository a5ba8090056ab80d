/** The stack may end anywhere in a recursion of the program, also in what takes and frees a lock: nothing stays taken. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("./stack-overflow-program.js", import.meta.url));

/** @returns what the program prints: what it found, and how much it tried */
async function tried(flags: string[], calls: number, farthest: number, step = 1): Promise<string> {
  const args = [...flags, program, `${calls}`, `${farthest}`, `${step}`];
  // What is rejected at the end of the stack, Node speaks of on stderr. One that hangs for a lock is killed.
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: 120_000 });
  return stdout.trim();
}

test("no lock stays taken where the stack ends, in code that was never called before", async () => {
  assert.equal(await tried([], 0, 130), "tried most");
});

test("no lock stays taken where the stack ends, in interpreted code", async () => {
  assert.equal(await tried(["--no-opt", "--no-sparkplug"], 2, 130), "tried most");
});

test("no lock stays taken where the stack ends, in optimised code", async () => {
  assert.equal(await tried([], 3000, 260, 2), "tried most");
});
