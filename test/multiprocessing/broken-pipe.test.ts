/** Output that nobody reads any more, as after `program | head -1`, fails no task. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { Process } from "heddle/multiprocessing";
import { root } from "../rig/root.js";

/** Runs it with that stream closed after the first line. @returns what the other one got */
async function withClosed(stream: "stdout" | "stderr", source: string): Promise<string> {
  const folder = mkdtempSync(path.join(root, "build/program-"));
  writeFileSync(path.join(folder, "main.mjs"), source);
  const child = spawn(process.execPath, [path.join(folder, "main.mjs")], { stdio: ["ignore", "pipe", "pipe"] });
  child[stream].once("data", () => child[stream].destroy());
  let text = "";
  const other = stream === "stdout" ? child.stderr : child.stdout;
  other.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  try {
    await new Promise((resolve) => child.once("close", resolve));
    return text;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

for (const kind of ["Pool", "ThreadPool"])
  for (const stream of ["stdout", "stderr"] as const)
    for (const print of [`console.${stream === "stdout" ? "log" : "error"}(text)`, `process.${stream}.write(text)`])
      test(`${kind}: ${print} to a closed ${stream}`, async () => {
        const tell = stream === "stdout" ? "console.error" : "console.log";
        const told = await withClosed(
          stream,
          `import { ${kind} } from "heddle/multiprocessing";
          const pool = new ${kind}(2);
          const text = "y".repeat(100) + "\\n";
          const job = (x) => { for (let i = 0; i < 3000; i++) ${print}; return x; };
          ${tell}(await pool.map(job, [1, 2], { chunkSize: 1 }).catch((error) => error.message));
          await pool.terminate();`,
        );
        assert.equal(told, "[ 1, 2 ]\n");
      });

/** How a worker of each kind runs a task that takes nothing, as an expression that gives its result. */
const RUNNERS: Record<string, string> = {
  Pool: "new Pool(1).map(task, [0]).then(([result]) => result)",
  ThreadPool: "new ThreadPool(1).map(task, [0]).then(([result]) => result)",
  Process: "new Process({ target: task }).start().result()",
  Thread: "new Thread({ target: task }).start().result()",
};

/** Runs the body of a task whose reader goes after the first line. @returns what main says of its result */
const resultOf = (runner: string, body: string): Promise<string> =>
  withClosed(
    "stdout",
    `import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
    import { Thread } from "heddle/threading";
    const task = async () => {
      const text = "y".repeat(100);
      const write = (...text) => new Promise((done) => process.stdout.write(...text, (error) => done(error?.message)));
      console.log(text);
      for (let last; last === undefined; ) last = await write("waits for the reader to go\\n");
      ${body}
    };
    console.error(await ${runner});
    process.exit();`,
  );

for (const [name, runner] of Object.entries(RUNNERS)) {
  test(`${name}: whoever writes where nobody reads is called back with the error, each time`, async () => {
    const body = `console.log(text);
      return [await write("once"), await write("again", "utf8"), await write(Buffer.from("and again"))];`;
    const error = "'write EPIPE'";
    assert.equal(await resultOf(runner, body), `[ ${error}, ${error}, ${error} ]\n`);
  });

  test(`${name}: a listener of the stream hears that nobody reads, also after the console has written`, async () => {
    const body = `console.log(text);
      const heard = new Promise((resolve) => process.stdout.once("error", (error) => resolve(error.code)));
      await write("now");
      return heard;`;
    assert.equal(await resultOf(runner, body), "EPIPE\n");
  });
}

test("Process: an error that is not the reader's is told once each, and the stream goes on", async () => {
  const target = async (): Promise<unknown[]> => {
    const { closeSync } = await import("node:fs");
    const told: unknown[] = [];
    closeSync(1);
    console.log("nobody minds");
    await new Promise(setImmediate);
    process.stdout.on("error", (error: NodeJS.ErrnoException) => told.push(error.code));
    for (const text of ["a", "b"])
      await new Promise<void>((done) =>
        process.stdout.write(text, (error) => done(void told.push((error as NodeJS.ErrnoException | null)?.code))),
      );
    return told;
  };
  assert.deepEqual(await new Process({ target }).start().result(), ["EBADF", "EBADF", "EBADF", "EBADF"]);
});
