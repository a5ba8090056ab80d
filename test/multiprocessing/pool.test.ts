/** The pool's contract over real threads and real processes, and what only they can show. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { currentProcess, Pool, ThreadPool } from "heddle/multiprocessing";
import { Value } from "heddle/shared";
import { currentThread, WorkerLostError } from "heddle/threading";
import { poolContract } from "../contract/pool.js";

poolContract("ThreadPool", (size) => new ThreadPool(size));
poolContract("Pool", (size) => new Pool(size));

test("Pool: a child killed in the middle of a map rejects that call, and the pool lives on", async () => {
  await using pool = new Pool(2);
  const suicide = (n: number): number => {
    if (n === 2) process.kill(process.pid, "SIGKILL");
    return n;
  };
  await assert.rejects(pool.map(suicide, [1, 2, 3, 4]), (error) => {
    assert.ok(error instanceof WorkerLostError);
    assert.equal(error.exitcode, -9);
    assert.match(error.worker, /^PoolWorker-\d+$/);
    return true;
  });
  assert.deepEqual(await pool.map((n) => n * n, [1, 2, 3]), [1, 4, 9]);
});

test("Pool: names, pids and errors are those of the children", async () => {
  await using pool = new Pool(2);
  const seen = await pool.map(() => ({ pid: process.pid, name: currentProcess().name }), [1, 2, 3, 4]);
  const pids = new Set(seen.map(({ pid }) => pid));
  assert.ok(!pids.has(process.pid) && pids.size <= 2);
  for (const { name } of seen) assert.match(name, /^PoolWorker-\d+$/);
  class Refused extends Error {
    reason = "no thread left";
  }
  const refuse = (): never => {
    throw new Refused("refused");
  };
  await assert.rejects(pool.map(refuse, [1]), (error) => error instanceof Refused && error.reason === "no thread left");
});

test("ThreadPool: workers share what is shared and have names of their own", async () => {
  await using pool = new ThreadPool(2);
  const total = new Value("i32");
  const add = (n: number): string => {
    total.add(n);
    return currentThread().name;
  };
  for (const name of await pool.map(add, [1, 2, 3, 4])) assert.match(name, /^PoolThread-\d+$/);
  assert.equal(total.value, 10);
});

test("Pool: shared memory of threads is refused for processes by name", async () => {
  await using pool = new Pool(1);
  const total = new Value("i32");
  await assert.rejects(
    pool.map((n: number) => total.add(n), [1]),
    { name: "PickleError", message: /total: this Value/ },
  );
});
