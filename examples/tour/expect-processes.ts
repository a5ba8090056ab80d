/** Programs 7 and 8: processes and the pool. */
import assert from "node:assert/strict";
import { arriveAt, type Expectation, endsWell, processLines, sameLines, takes, texts, wholeLines } from "./expect.js";
import type { Line, Run } from "./program.js";

const EXITING = "Exiting the main process";

/** The lines of the children; main's own line must be the last and the only one of its kind. */
function children(run: Run): readonly Line[] {
  assert.equal(run.lines.at(-1)?.text, EXITING);
  return run.lines.slice(0, -1);
}

const distinct = <T>(values: readonly T[]): number => new Set(values).size;

const processes: Expectation = {
  program: "07-process",
  heading: "Processes",
  checks: [
    {
      id: "S7.1",
      says: "Process 3 first, then 1 and 2 in either order, main's line last",
      check: (run) => {
        const texts = processLines(children(run)).map(({ name, text }) => `${name}: ${text}`);
        assert.equal(texts.shift(), "Process 3: Good morning");
        assert.deepEqual(texts.sort(), ["Process 1: Hello", "Process 2: Hello"]);
      },
    },
    {
      id: "S7.2",
      says: "three pids, none of them main's",
      check: (run) => {
        const pids = processLines(children(run)).map(({ pid }) => pid);
        assert.equal(distinct([...pids, run.pid]), 4);
      },
    },
    {
      id: "S7.3",
      says: "names as given",
      check: (run) => {
        const names = processLines(children(run)).map(({ name }) => name);
        assert.deepEqual(names.sort(), ["Process 1", "Process 2", "Process 3"]);
      },
    },
    {
      id: "S7.4",
      says: "2 s in all, not 5",
      check: (run) => {
        arriveAt(children(run).slice(0, 1), 1000, "processes", run);
        arriveAt(children(run).slice(1), 2000, "processes", run);
        takes("The end", run.wall, 2000, "processes", run);
        endsWell(run);
      },
    },
    {
      id: "S7.5",
      says: "main runs in the main process only",
      check: (run) => assert.equal(texts(run.lines).filter((text) => text === EXITING).length, 1),
    },
    { id: "S7.7", says: "the children's lines arrive whole", check: wholeLines },
  ],
};

const pool: Expectation = {
  program: "08-pool",
  heading: "A pool of three processes for five items",
  checks: [
    {
      id: "S8.1",
      says: "each item once, main's line last",
      check: (run) => {
        const items = processLines(children(run)).map(({ at, text }) => ({ at, text }));
        sameLines(items, ["Orange", "Apple", "Banana", "Grapes", "Pears"]);
        endsWell(run);
      },
    },
    {
      id: "S8.2",
      says: "three after 1 s, two after 2 s",
      check: (run) => {
        const items = processLines(children(run)).map(({ at, text }) => ({ at, text }));
        sameLines(items.slice(0, 3), ["Orange", "Apple", "Banana"]);
        sameLines(items.slice(3), ["Grapes", "Pears"]);
        arriveAt(items.slice(0, 3), 1000, "processes", run);
        arriveAt(items.slice(3), 2000, "processes", run);
        takes("The end", run.wall, 2000, "processes", run);
      },
    },
    {
      id: "S8.3",
      says: "three processes, the same ones in the second wave",
      check: (run) => {
        const pids = processLines(children(run)).map(({ pid }) => pid);
        assert.equal(distinct(pids.slice(0, 3)), 3);
        assert.equal(distinct(pids), 3);
        assert.ok(!pids.includes(run.pid), "an item ran in the main process");
      },
    },
    {
      id: "S8.4",
      says: "workers are called PoolWorker-N, one name each",
      check: (run) => {
        const workers = processLines(children(run)).map(({ pid, name }) => `${pid} ${name}`);
        assert.equal(distinct(workers), 3);
        for (const worker of workers) assert.match(worker, /^\d+ PoolWorker-\d+$/);
      },
    },
  ],
};

export const processExpectations: readonly Expectation[] = [processes, pool];
