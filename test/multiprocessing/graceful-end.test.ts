/** A pool that is closed lets its workers end by themselves; a pool that is terminated does not. */
import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { Pool, ThreadPool } from "heddle/multiprocessing";
import { runProgram } from "../threading/program.js";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), "hd-end-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (name: string): string => readFileSync(path.join(folder, name), "utf8");

/** Leaves a full stream, and a listener of the end. */
const leaveMuch = async ([folder, size]: [string, number]): Promise<void> => {
  const { createWriteStream, writeFileSync } = await import("node:fs");
  process.once("exit", (code) => writeFileSync(`${folder}/bye`, `bye ${code}`));
  const stream = createWriteStream(`${folder}/log`);
  for (let i = 0; i < size; i++) stream.write("x".repeat(100));
};
/** Leaves what never ends, and says when it is left. */
const leaveForever = async (folder: string): Promise<void> => {
  const { writeFileSync } = await import("node:fs");
  process.once("exit", () => writeFileSync(`${folder}/bye`, "bye"));
  setInterval(() => {}, 1000);
};
const leaveHanging = (): void => {
  process.once("exit", () => {
    for (;;);
  });
};

for (const [name, make] of [
  ["Pool", () => new Pool(1)],
  ["ThreadPool", () => new ThreadPool(1)],
] as const) {
  test(`${name}.close: streams are flushed, exit handlers run`, async () => {
    const pool: Pool | ThreadPool = make();
    await pool.map(leaveMuch, [[folder, 20_000]]);
    pool.close();
    assert.equal(await pool.join(), true);
    assert.deepEqual([read("log").length, read("bye")], [2_000_000, "bye 0"]);
  });

  test(`${name}.close: a worker that something keeps is told to exit after the grace time`, async () => {
    const pool: Pool | ThreadPool = make();
    await pool.map(leaveForever, [folder]);
    const start = performance.now();
    pool.close({ grace: 200 });
    assert.equal(await pool.join(), true);
    assert.ok(performance.now() - start >= 199);
    assert.equal(read("bye"), "bye");
  });

  test(`${name}.close: one whose exit handlers do not end is stopped`, async () => {
    const pool: Pool | ThreadPool = make();
    await pool.map(leaveHanging, [1]);
    pool.close({ grace: 100 });
    assert.equal(await pool.join(), true);
  });

  test(`${name}: terminate, also after close, and a grace of 0 stop at once`, async () => {
    for (const end of [
      (pool: Pool | ThreadPool) => pool.terminate(),
      (pool: Pool | ThreadPool) => (pool.close(), pool.terminate()),
      (pool: Pool | ThreadPool) => (pool.close({ grace: 0 }), pool.join()),
    ]) {
      const pool: Pool | ThreadPool = make();
      await pool.map(leaveForever, [folder]);
      await end(pool);
      assert.equal(existsSync(path.join(folder, "bye")), false);
    }
  });

  test(`${name}.close: wrong options are refused`, async () => {
    await using pool: Pool | ThreadPool = make();
    assert.throws(() => pool.close({ grace: -1 }), { message: "close: grace must be 0 or more milliseconds, got -1" });
    assert.throws(() => pool.close({ grce: 1 } as never), TypeError);
    assert.deepEqual(await pool.map((n: number) => n, [1]), [1]);
  });
}

test("Pool.close: workers write their coverage", async () => {
  const { stdout } = await runProgram(
    `import { Pool } from "heddle/multiprocessing";
    const pool = new Pool(1);
    const [pid] = await pool.map(() => process.pid, [1]);
    pool.close();
    await pool.join();
    console.log(pid);`,
    undefined,
    { env: { NODE_V8_COVERAGE: folder } },
  );
  assert.ok(readdirSync(folder).some((name) => name.startsWith(`coverage-${stdout.trim()}-`)));
});

test("Pool: the end of the program runs the exit handlers of workers without work", async () => {
  // Its pipes are closed when the last of the processes is gone.
  const { code } = await runProgram(
    `import { Pool } from "heddle/multiprocessing";
    const pool = new Pool(1);
    await pool.map(async (folder) => {
      const { writeFileSync } = await import("node:fs");
      process.once("exit", () => writeFileSync(folder + "/bye", "bye"));
    }, [${JSON.stringify(folder)}]);`,
  );
  assert.deepEqual([code, read("bye")], [0, "bye"]);
});

test("Process: ends when its target is done; exit handlers run, what nobody waits for is dropped", async () => {
  const { stdout, code } = await runProgram(
    `import { Process } from "heddle/multiprocessing";
    const target = () => {
      process.on("exit", () => console.log("exit"));
      setTimeout(() => console.log("never"), 50);
    };
    await new Process({ target }).start().join();`,
  );
  assert.deepEqual([stdout, code], ["exit\n", 0]);
});
