/** Modules that a test runner loads by itself, of which Node has no list. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const program = fileURLToPath(new URL("./vm-modules-program.js", import.meta.url));

test("the namespace of a module in a context of its own is that of its file, and places are shown as in the main one", async () => {
  const flags = ["--experimental-vm-modules", "--no-warnings"];
  const { stdout } = await promisify(execFile)(process.execPath, [...flags, program], { timeout: 60_000 });
  assert.equal(stdout, "A!(a)\nB!\nC!(d)\nE!\n(e)\ne?\nundefined /written.ts:30:1\n");
});
