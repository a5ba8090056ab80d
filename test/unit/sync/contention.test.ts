/** Primitives between real threads. The workers run this file as well. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { isMainThread, Worker, workerData } from "node:worker_threads";
import { Semaphore } from "#heddle/sync/semaphore.js";
import {
  COUNTER,
  LOCK,
  newCells,
  newCondition,
  newMutex,
  nodesInUse,
  owners,
  PERMITS,
  WAITERS,
  word,
} from "./fixtures.js";

const ROUNDS = Number(process.env["HEDDLE_TEST_ROUNDS"] ?? 25_000);
const AWAITED_ROUNDS = Math.ceil(ROUNDS / 25);

interface Job {
  readonly cells: Int32Array;
  readonly me: number;
  readonly role: keyof typeof roles;
}

/** What a worker can do. All count in COUNTER without atomics: only mutual exclusion keeps the count right. */
const roles = {
  locks({ cells, me }: Job, spins = 100): void {
    const mutex = newMutex(cells, owners(me, { spins }));
    for (let round = 0; round < ROUNDS; round++) {
      mutex.lockSync();
      cells[COUNTER]!++;
      mutex.unlock();
    }
  },
  locksWithoutSpinning: (job: Job): void => roles.locks(job, 0),
  async awaits({ cells, me }: Job): Promise<void> {
    const mutex = newMutex(cells, owners(me));
    for (let round = 0; round < AWAITED_ROUNDS; round++) {
      await mutex.lock();
      cells[COUNTER]!++;
      mutex.unlock();
    }
  },
  acquires({ cells }: Job): void {
    const semaphore = new Semaphore(word(cells, PERMITS), word(cells, WAITERS));
    for (let round = 0; round < AWAITED_ROUNDS; round++) {
      semaphore.acquireSync();
      cells[COUNTER]!++;
      semaphore.release();
    }
  },
  /** Puts into and takes out of a place for one item, in turn. */
  puts: (job: Job): void => exchange(job, 0),
  takes: (job: Job): void => exchange(job, 1),
};

/** Waits until the place holds `wanted`, turns it round, and tells the others. */
function exchange({ cells, me }: Job, wanted: number): void {
  const self = owners(me, { spins: 100 });
  const mutex = newMutex(cells, self);
  const condition = newCondition(cells, mutex, self);
  for (let round = 0; round < AWAITED_ROUNDS; round++) {
    mutex.lockSync();
    while (cells[COUNTER] !== wanted) condition.waitSync();
    cells[COUNTER] = 1 - wanted;
    condition.notifyAll();
    mutex.unlock();
  }
}

/** Runs one worker for each role over the same cells; fails if one of them does. */
async function run(cells: Int32Array, names: readonly (keyof typeof roles)[]): Promise<void> {
  const exits = names.map((role, index) => {
    const worker = new Worker(new URL(import.meta.url), { workerData: { cells, me: index + 1, role } satisfies Job });
    return new Promise<void>((resolve, reject) => {
      worker.once("error", reject);
      worker.once("exit", () => resolve());
    });
  });
  await Promise.all(exits);
}

if (isMainThread) {
  for (const role of ["locks", "locksWithoutSpinning"] as const) {
    test(`Mutex: four threads count exactly (${role})`, async () => {
      const cells = newCells();
      await run(cells, [role, role, role, role]);
      assert.deepEqual([cells[LOCK], cells[COUNTER]], [0, 4 * ROUNDS]);
    });
  }

  test("Mutex: threads that block and threads that await count exactly", async () => {
    const cells = newCells();
    await run(cells, ["locks", "awaits", "locks", "awaits"]);
    assert.deepEqual([cells[LOCK], cells[COUNTER]], [0, 2 * ROUNDS + 2 * AWAITED_ROUNDS]);
  });

  test("Semaphore(1): four threads count exactly, nobody stays counted as a waiter", async () => {
    const cells = newCells();
    cells[PERMITS] = 1;
    await run(cells, ["acquires", "acquires", "acquires", "acquires"]);
    assert.deepEqual([cells[PERMITS], cells[WAITERS], cells[COUNTER]], [1, 0, 4 * AWAITED_ROUNDS]);
  });

  test("Condition: two threads put and two take, through a place for one item", async () => {
    const cells = newCells();
    await run(cells, ["puts", "takes", "puts", "takes"]);
    assert.deepEqual([cells[LOCK], cells[COUNTER], nodesInUse(cells)], [0, 0, 0]);
  });
} else {
  const job = workerData as Job;
  await roles[job.role](job);
}
