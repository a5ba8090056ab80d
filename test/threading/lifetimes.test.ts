/** Who keeps the program alive, and who is cut off with it: each program runs as a process of its own. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./lifetimes-program.js", import.meta.url));

function run(kind: string): Promise<{ stdout: string; code: number | null }> {
  const child = spawn(process.execPath, [PROGRAM, kind], { stdio: ["ignore", "pipe", "inherit"] });
  let stdout = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    stdout += text;
  });
  return new Promise((resolve) => child.once("close", (code) => resolve({ stdout, code })));
}

const patient = {
  "process-of-main": "a Process that nobody joins",
  "process-of-thread": "a Process that a thread started",
  "process-of-process": "a Process that a Process started",
  "thread-of-thread": "a Thread that a thread started",
  "thread-of-daemon": "a Thread, no daemon, that a daemon started",
  "thread-of-process": "a Thread that a Process started",
};

for (const [kind, who] of Object.entries(patient)) {
  test(`the program waits for ${who}`, async () => {
    assert.deepEqual(await run(kind), { stdout: "done\n", code: 0 });
  });
}

test("the program does not wait for a daemon, nor for what the daemon's own daemon does", async () => {
  assert.deepEqual(await run("daemon-of-daemon"), { stdout: "", code: 0 });
});

test("awaiting the sentinel of a daemon keeps the program alive until the process has exited", async () => {
  assert.deepEqual(await run("sentinel"), { stdout: "0\n", code: 0 });
});

test("terminate: a thread that is kept busy by what it left behind is stopped", async () => {
  assert.deepEqual(await run("leftover"), { stdout: "terminated\n", code: 0 });
});

test("a field that the maker's object cannot take is an error of result, not of the program", async () => {
  assert.deepEqual(await run("frozen"), { stdout: "true TypeError\n", code: 0 });
});

test("currentProcess: a thread of a Process knows the name of its process", async () => {
  assert.deepEqual(await run("name"), { stdout: "Weaver\n", code: 0 });
});
