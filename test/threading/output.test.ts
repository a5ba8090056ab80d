/** What threads print comes out in whole lines, at once, also while the main thread blocks. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./output-program.js", import.meta.url));

/** Runs the program, in that shell, and reads its stdout as slowly as `pause` milliseconds between chunks. */
async function run(
  kind: string,
  pause: number,
  shell: readonly string[] = [],
): Promise<{ stdout: string; code: number | null; stderr: string }> {
  const [file = "", ...args] = [...shell, process.execPath, PROGRAM, kind];
  const child = spawn(file, args, { stdio: ["ignore", "pipe", "pipe"] });
  let stdout = "";
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const over = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdout.setEncoding("utf8");
  for await (const chunk of child.stdout) {
    stdout += chunk as string;
    // The slow reader is the condition under test: the pipe must fill up.
    if (pause > 0) await new Promise((resolve) => setTimeout(resolve, pause));
  }
  return { stdout, code: await over, stderr };
}

test("output: long lines of four threads are whole, though the reader is slow", async () => {
  const { stdout, code } = await run("long", 1);
  assert.equal(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.length, 4 * 20);
  for (const line of lines) assert.match(line, /^(?<digit>\d)\k<digit>{99999}$/);
});

test("output: lines of the main thread keep clear of those of threads", async () => {
  const { stdout, code } = await run("main", 1);
  assert.equal(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.length, 3 * 20);
  for (const line of lines) assert.match(line, /^(?<digit>\d)\k<digit>{99999}$/);
});

test("output: a thread prints while the main thread blocks, before it goes on", async () => {
  const { stdout, code, stderr } = await run("blocked", 0);
  assert.deepEqual({ stdout, code, stderr }, { stdout: "from the thread\nfrom main\n", code: 0, stderr: "" });
});

test("output: nothing is lost when a thread ends right after printing", async () => {
  const { stdout, code } = await run("exit", 0);
  assert.deepEqual({ stdout, code }, { stdout: "last words\n", code: 0 });
});

test("output: an uncaught error is one message on stderr, and the program goes on, to exit code 1", async () => {
  const { stdout, code, stderr } = await run("throw", 0);
  assert.deepEqual({ stdout, code }, { stdout: "goes on\n", code: 1 });
  assert.match(stderr, /^Exception in thread unlucky:\nRangeError: too far\n {4}at /);
});

test("output: who is stuck at a full stdout keeps nobody from stderr, and its death frees stdout", async () => {
  const child = spawn(process.execPath, [PROGRAM, "stuck"], { stdio: ["ignore", "pipe", "pipe"] });
  const over = new Promise<number | null>((resolve) => child.once("close", resolve));
  let stderr = "";
  for await (const text of child.stderr.setEncoding("utf8")) {
    stderr += text as string;
    if (stderr.endsWith("terminated\n")) break; // stdout is not read before
  }
  assert.match(stderr, /^(main\n)+thread\nterminated\n$/);
  let stdout = "";
  for await (const text of child.stdout.setEncoding("utf8")) stdout += text as string;
  assert.match(stdout, /^(x{1000}\n)+x*\nlast line\n$/);
  assert.equal(await over, 0);
});

test("output: where stdout and stderr are one pipe, lines of both are whole", async () => {
  const { stdout, code } = await run("both", 1, ["sh", "-c", '"$0" "$@" 2>&1']);
  assert.equal(code, 0);
  const lines = stdout.trimEnd().split("\n");
  assert.equal(lines.length, 4 * 20);
  for (const line of lines) assert.match(line, /^(?<digit>\d)\k<digit>{99999}$/);
});
