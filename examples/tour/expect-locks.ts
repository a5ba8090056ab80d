/** Programs 4 to 6 and 10: the race, the lock, the deadlock, the queue. */
import assert from "node:assert/strict";
import { arriveAt, type Expectation, endsWell, linesInOrder, sameLines, takes, texts } from "./expect.js";
import type { Run } from "./program.js";

const TOTAL = 2_000_000;

/** Longest time for two million locked updates on two idle cores, start of the program included, in milliseconds. */
const LOCKED_LIMIT = 2000;

/** The number in `final value of x : N`. */
function finalValue(run: Run): number {
  endsWell(run);
  const [, value] = /^final value of x : (\d+)\n$/.exec(run.stdout) ?? assert.fail(`not as expected: ${run.stdout}`);
  return Number(value);
}

const race: Expectation = {
  program: "04-race",
  heading: "A race: two threads add a million each, without a lock",
  shown: (run) => finalValue(run) < TOTAL,
  checks: [
    { id: "S4.2", says: "one line, `final value of x : N`", check: (run) => void finalValue(run) },
    {
      id: "S4.3",
      says: "updates are lost though each read and each write is atomic",
      check: (run) => assert.ok(finalValue(run) < TOTAL, "no update was lost in any of 5 runs"),
    },
    {
      id: "S4.4",
      says: "at least 2, at most 2,000,000",
      check: (run) => assert.ok(finalValue(run) >= 2 && finalValue(run) <= TOTAL, run.stdout),
    },
  ],
};

const lock: Expectation = {
  program: "05-lock",
  heading: "The same with a lock",
  checks: [
    { id: "S5.1", says: "exactly 2,000,000", check: (run) => assert.equal(finalValue(run), TOTAL) },
    {
      id: "S5.8",
      says: "two million times acquire and release take less than 2 s",
      check: (run) => assert.ok(run.wall < LOCKED_LIMIT * run.slowness, `took ${run.wall.toFixed(0)} ms`),
    },
  ],
};

const deadlock: Expectation = {
  program: "10-deadlock",
  heading: "Two locks in opposite order: no deadlock",
  checks: [
    {
      id: "S5.6",
      says: "a timeout ends both waits, one order for all lets both threads finish",
      check: (run) => {
        endsWell(run);
        sameLines(run.lines.slice(0, 2), ["Th 1: gave up after 200 ms", "Th 2: gave up after 200 ms"]);
        sameLines(run.lines.slice(2, 4), ["Th 3: took both locks 1000 times", "Th 4: took both locks 1000 times"]);
        linesInOrder(run.lines.slice(4), ["No deadlock"]);
      },
    },
  ],
};

/** Thread and task numbers of lines of the form `Th i: Task k`. */
function tasks(run: Run): { thread: number; task: number }[] {
  return texts(run.lines).map((text) => {
    const [, thread, task] = /^Th (\d): Task (\d+)$/.exec(text) ?? assert.fail(`not Th i: Task k: ${text}`);
    return { thread: Number(thread), task: Number(task) };
  });
}

const sorted = (numbers: readonly number[]): number[] => [...numbers].sort((a, b) => a - b);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

const queue: Expectation = {
  program: "06-queue",
  heading: "A queue and five threads of an own class",
  checks: [
    {
      id: "S6.1",
      says: "ten lines, every task once, from threads 1 to 5",
      check: (run) => {
        assert.deepEqual(sorted(tasks(run).map(({ task }) => task)), upTo(10));
        assert.ok(tasks(run).every(({ thread }) => thread >= 1 && thread <= 5));
      },
    },
    {
      id: "S6.2",
      says: "two waves, after 1 and 2 s, each thread once in a wave",
      check: (run) => {
        for (const [from, seconds] of [[0, 1] as const, [5, 2] as const]) {
          const wave = tasks(run).slice(from, from + 5);
          assert.deepEqual(
            sorted(wave.map(({ task }) => task)),
            upTo(5).map((task) => task + from),
          );
          assert.deepEqual(sorted(wave.map(({ thread }) => thread)), upTo(5));
          arriveAt(run.lines.slice(from, from + 5), seconds * 1000, "fiveThreads", run);
        }
      },
    },
    {
      id: "S6.3",
      // In CPython thread k also has task k, because start() waits there until the thread runs. Here threads boot side by
      // side, so whichever is up first takes the first task: docs/tutorial.md says so.
      says: "first in, first out: no task of the second wave is taken before all of the first",
      check: (run) => {
        const [first, second] = [tasks(run).slice(0, 5), tasks(run).slice(5)];
        const last = Math.max(...first.map(({ task }) => task));
        assert.ok(second.every(({ task }) => task > last));
      },
    },
    {
      id: "S6.4",
      says: "the end comes after 2 s, though five daemons still wait in get",
      check: (run) => {
        endsWell(run);
        takes("The end", run.wall, 2000, "fiveThreads", run);
      },
    },
  ],
};

export const lockExpectations: readonly Expectation[] = [race, lock, deadlock, queue];
