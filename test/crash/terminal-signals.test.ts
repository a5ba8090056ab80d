/** What a terminal sends to the whole group of processes reaches the children too: what to do about it is the program's. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { type Ended, runProgram } from "../threading/program.js";

const PRELUDE = `
  import { Pool, Process } from "heddle/multiprocessing";
  const until = (condition) => new Promise((resolve) => { const look = setInterval(() => condition() && (clearInterval(look), resolve()), 5); });`;

/** Runs it as the leader of a group, and sends the signal to that when it says "ready". */
function signalled(source: string, signal: NodeJS.Signals): Promise<Ended> {
  let sent = false;
  const onOutput = (stdout: string, kill: (signal: NodeJS.Signals) => void): void => {
    if (sent || !stdout.includes("ready")) return;
    sent = true;
    kill(signal);
  };
  return runProgram(PRELUDE + source, onOutput, { group: true });
}

for (const signal of ["SIGINT", "SIGHUP", "SIGQUIT"] as const) {
  test(`${signal} with a listener in main: a pool's and a Process's children go on`, async () => {
    const { stdout, stderr, code } = await signalled(
      `let heard = 0;
      process.on("${signal}", () => heard++);
      const pool = new Pool(2);
      const pids = new Set();
      while (pids.size < 2) for (const pid of await pool.map(() => process.pid, [1, 2, 3, 4], { chunkSize: 1 })) pids.add(pid);
      // Busy when the signal comes, and in its event loop.
      const busy = pool.map((n) => { const end = Date.now() + 500; while (Date.now() < end); return n; }, [1]);
      const target = () => { process.send("ready"); return new Promise((resolve) => setTimeout(() => resolve("there"), 700)); };
      const child = new Process({ target, onMessage: () => console.log("ready") }).start();
      await until(() => heard > 0);
      const after = await pool.map(() => process.pid, [1, 2, 3, 4], { chunkSize: 1 });
      console.log(await busy, await child.result(), after.every((pid) => pids.has(pid)));
      await pool.terminate();`,
      signal,
    );
    assert.deepEqual({ stdout, stderr, code }, { stdout: "ready\n[ 1 ] there true\n", stderr: "", code: 0 });
  });

  test(`${signal} without a listener ends the program and leaves nothing`, async () => {
    // The pipes are closed when the last of them is gone.
    const ended = await signalled(
      `const pool = new Pool(2);
      await pool.map((n) => n, [1, 2]);
      const child = new Process({ target: () => { process.send("ready"); for (;;); }, onMessage: () => console.log("ready") });
      child.start();
      await pool.map(() => new Promise(() => {}), [1]);`,
      signal,
    );
    assert.deepEqual([ended.stdout, ended.stderr, ended.signal], ["ready\n", "", signal]);
  });
}

test("a target's own listener for SIGINT is called", async () => {
  const { stdout, code } = await signalled(
    `process.on("SIGINT", () => {});
    const target = () => new Promise((resolve) => {
      const waiting = setInterval(() => {}, 1000); // a listener for a signal keeps nobody alive
      process.once("SIGINT", () => { clearInterval(waiting); resolve("own"); });
      process.send("ready");
    });
    const child = new Process({ target, onMessage: () => console.log("ready") }).start();
    console.log(await child.result());`,
    "SIGINT",
  );
  assert.deepEqual([stdout, code], ["ready\nown\n", 0]);
});

for (const signal of ["SIGINT", "SIGHUP", "SIGQUIT"] as const) {
  test(`${signal} while a process starts: it starts all the same, and runs once`, async () => {
    const { stdout, stderr, code } = await runProgram(
      `${PRELUDE} process.on("${signal}", () => {});
      const target = async (a, b) => { process.send("ran"); return [a, b, process.pid]; };
      for (const daemon of [false, true]) {
        const child = new Process({ name: "child", daemon, target, args: [1, { two: 2 }], onMessage: (word) => console.log(word) });
        child.start();
        const first = child.pid;
        process.kill(first, "${signal}");
        const [a, b, pid] = await child.result();
        await child.join();
        console.log(a, b, child.pid !== first, child.pid === pid, child.exitcode);
      }`,
    );
    assert.deepEqual(
      { stdout, stderr, code },
      { stdout: "ran\n1 { two: 2 } true true 0\n".repeat(2), stderr: "", code: 0 },
    );
  });

  test(`${signal} while a pool starts: the call is done`, async () => {
    const { stdout, stderr, code } = await runProgram(
      `${PRELUDE} let heard = 0; process.on("${signal}", () => heard++);
      const pool = new Pool(4);
      const result = pool.map((n) => n + 1, [1, 2, 3]);
      process.kill(0, "${signal}");
      console.log(await result);
      process.kill(0, "${signal}");
      await until(() => heard > 0);
      console.log(await pool.map((n) => n + 1, [4]));
      await pool.terminate();`,
      () => {},
      { group: true },
    );
    assert.deepEqual({ stdout, stderr, code }, { stdout: "[ 2, 3, 4 ]\n[ 5 ]\n", stderr: "", code: 0 });
  });
}

test("a process that is told to end while it starts is not started anew", async () => {
  const { stdout } = await runProgram(
    `${PRELUDE} const target = () => console.log("never");
    const child = new Process({ target }).start();
    process.kill(child.pid, "SIGINT");
    child.terminate();
    await child.join();
    console.log(child.exitcode < 0);`,
  );
  assert.equal(stdout, "true\n");
});

test("signals without end while a process starts: it is given up, and said why", async () => {
  const { stdout } = await runProgram(
    `${PRELUDE} process.on("SIGINT", () => {});
    const child = new Process({ name: "child", target: () => "there" }).start();
    const pids = new Set();
    let isOver = false;
    const shoot = () => {
      const { pid } = child;
      if (!pids.has(pid)) process.kill(pid, "SIGINT");
      pids.add(pid);
      if (!isOver) setImmediate(shoot);
    };
    shoot();
    const error = await child.result().catch((error) => error);
    isOver = true;
    console.log(pids.size, child.exitcode, error.message);
    console.log(error.cause.message);`,
  );
  const [first, second] = stdout.split("\n");
  assert.equal(first, '30 -2 No result of process "child": it was killed by SIGINT before run() was over');
  assert.match(second!, /^The process was killed 30 times in a row while it started: a signal of the terminal, /);
});

test("one that cannot be started anew, as there is no program for it, is given up at once", async () => {
  const { stdout } = await runProgram(
    `${PRELUDE} process.on("SIGINT", () => {});
    const child = new Process({ name: "child", target: () => "there" }).start();
    process.kill(child.pid, "SIGINT");
    process.execPath = "/gone/node";
    const error = await child.result().catch((error) => error);
    console.log(child.exitcode, error.message);
    console.log(error.cause.message);`,
  );
  assert.equal(stdout, 'null No result of process "child": it ended before run() was over\nspawn /gone/node ENOENT\n');
});
