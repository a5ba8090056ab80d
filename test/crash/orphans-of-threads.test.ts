/** A thread that is terminated takes the processes that it started with it, whatever they and it do. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { Pool, Process } from "heddle/multiprocessing";
import { SimpleQueue } from "heddle/queue";
import { Thread } from "heddle/threading";
import { killChild } from "#heddle/worker/family/kill-child.js";

/** @returns what is left of the process: nothing, what the system keeps for whoever asks how it ended, or all */
function leftOf(pid: number): "nothing" | "zombie" | "all" {
  if (!existsSync(`/proc/${pid}/stat`)) return "nothing";
  const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
  return stat[stat.lastIndexOf(")") + 2] === "Z" ? "zombie" : "all";
}

async function gone(pid: number, allowed: readonly string[] = ["nothing"]): Promise<void> {
  const end = performance.now() + 5000;
  while (!allowed.includes(leftOf(pid))) {
    assert.ok(performance.now() < end, `of process ${pid} there is ${leftOf(pid)}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

type Pids = SimpleQueue<number>;

const startProcess = async (pids: Pids): Promise<void> => {
  const onMessage = (): void => void pids.put(child.pid!);
  const target = (): void => {
    process.send?.("busy");
    for (;;);
  };
  const child = new Process({ target, onMessage }).start();
  await child.join();
};
const startPool = async (pids: Pids): Promise<void> => {
  const pool = new Pool(1);
  const [pid] = await pool.map(() => process.pid, [1]);
  const busy = pool.map(() => {
    for (;;);
  }, [1]);
  await pids.put(pid!);
  await busy;
};
const startNested = async (pids: Pids): Promise<void> => {
  await new Thread({ target: startProcess, args: [pids] }).start().join();
};
const startAndBlock = async (pids: Pids): Promise<void> => {
  const child = new Process({ target: () => new Promise((resolve) => setTimeout(resolve, 60_000)) }).start();
  await pids.put(child.pid!);
  for (;;);
};
const startPoolAndBlock = async (pids: Pids): Promise<void> => {
  const pool = new Pool(1);
  const [pid] = await pool.map(() => process.pid, [1]);
  void pool.map(() => {
    for (;;);
  }, [1]);
  await pids.put(pid!);
  for (;;);
};
const startNestedAndBlock = async (pids: Pids): Promise<void> => {
  new Thread({ target: startAndBlock, args: [pids] }).start();
  for (;;);
};

for (const [name, target] of Object.entries({ startProcess, startPool, startNested })) {
  test(`a terminated thread leaves nothing of busy processes (${name})`, async () => {
    const pids: Pids = new SimpleQueue();
    const thread = new Thread({ target, args: [pids] }).start();
    const pid = await pids.get();
    assert.equal(leftOf(pid), "all");
    await thread.terminate();
    await gone(pid);
  });

  test(`nor does one that is terminated while main blocks (${name})`, async () => {
    const pids: Pids = new SimpleQueue();
    const thread = new Thread({ target, args: [pids] }).start();
    const pid = pids.getSync();
    void thread.terminate();
    assert.equal(thread.joinSync({ timeout: 20_000 }), true);
    await gone(pid);
  });
}

/** Nothing in a process that is stopped can run: it ends only if somebody else ends it. */
const stopped = (pid: number): void => {
  process.kill(pid, "SIGSTOP");
};

for (const [name, target] of Object.entries({ startAndBlock, startPoolAndBlock, startNestedAndBlock })) {
  for (const [how, prepare] of Object.entries({ "that wait": () => {}, "that are stopped": stopped }))
    test(`a terminated thread that is busy itself ends processes ${how} (${name})`, async () => {
      const pids: Pids = new SimpleQueue();
      const thread = new Thread({ target, args: [pids] }).start();
      const pid = await pids.get();
      prepare(pid);
      await thread.terminate();
      // The system keeps their ids until the program ends.
      await gone(pid, ["nothing", "zombie"]);
    });

  test(`so does one that is terminated while main blocks (${name})`, () => {
    const pids: Pids = new SimpleQueue();
    const thread = new Thread({ target, args: [pids] }).start();
    const pid = pids.getSync();
    stopped(pid);
    void thread.terminate();
    // What is told before `terminate` returns needs no event loop.
    assert.equal(thread.joinSync({ timeout: 20_000 }), true);
    const end = performance.now() + 5000;
    while (leftOf(pid) === "all") assert.ok(performance.now() < end, `process ${pid} is there`);
  });
}

test("a process of another program that has got the id of one that is gone is not ended", async () => {
  const stranger = spawn(process.execPath, [
    "-e",
    `const own = require("node:child_process").spawn(process.execPath, ["-e", "process.stdin.resume()"]);
    console.log(own.pid); process.stdin.resume().on("end", () => own.kill());`,
  ]);
  const [line] = (await once(stranger.stdout.setEncoding("utf8"), "data")) as [string];
  const pid = Number(line);
  killChild(pid);
  assert.equal(leftOf(pid), "all");
  stranger.stdin.end();
  await gone(pid);
  killChild(pid);
});

test("processes that a killed process has started end with it", async () => {
  const target = async (): Promise<void> => {
    const busy = (): void => {
      process.send?.(process.pid);
      for (;;);
    };
    const onMessage = (pid: unknown): void => void process.send?.(pid);
    await new Process({ target: busy, onMessage }).start().join();
  };
  const told = new SimpleQueue<number>();
  const onMessage = (pid: unknown): void => void told.put(pid as number);
  const outer = new Process({ target, onMessage }).start();
  const pid = await told.get();
  outer.kill();
  await outer.join();
  // Whoever the system gives it to asks how it ended, or not.
  await gone(pid, ["nothing", "zombie"]);
});
