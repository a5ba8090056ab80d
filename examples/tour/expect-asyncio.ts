/** Program 9: async functions. */
import assert from "node:assert/strict";
import { arriveAt, type Expectation, endsWell, linesInOrder, takes } from "./expect.js";
import type { Run } from "./program.js";

const HALF_DAY = 12 * 60 * 60;

/** Seconds from the `Started at` line to the `Stopped at` line. */
function secondsBetween(run: Run): number {
  const times = [run.lines[0], run.lines.at(-1)].map((line) => {
    const [, hours, minutes, seconds] =
      /^St(?:art|opp)ed at {2}([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/.exec(line?.text ?? "") ??
      assert.fail(`no time in ${JSON.stringify(line?.text)}`);
    return Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
  });
  const seconds = (times[1] ?? 0) - (times[0] ?? 0);
  return seconds < -HALF_DAY ? seconds + 2 * HALF_DAY : seconds; // over midnight
}

const say: Expectation = {
  program: "09-asyncio",
  heading: "Async functions",
  checks: [
    {
      id: "S9.1",
      says: "runs as written, with await at the top: three lines in 1 s",
      check: (run) => {
        endsWell(run);
        assert.equal(run.lines.length, 3);
        linesInOrder(run.lines.slice(1, 2), ["Good"]);
        arriveAt(run.lines.slice(1), 1000, "threads", run);
        takes("The end", run.wall, 1000, "threads", run);
      },
    },
    {
      id: "S9.2",
      says: "`Started at  HH:MM:SS`, with two spaces",
      check: (run) => {
        assert.match(run.lines[0]?.text ?? "", /^Started at {2}\d\d:\d\d:\d\d$/);
        assert.match(run.lines[2]?.text ?? "", /^Stopped at {2}\d\d:\d\d:\d\d$/);
      },
    },
    {
      id: "S9.3",
      says: "a second between the two times",
      check: (run) => assert.ok([1, 2].includes(secondsBetween(run)), `${secondsBetween(run)} s`),
    },
  ],
};

const sayTwice: Expectation = {
  program: "09b-asyncio-run",
  heading: "Async functions: two runs, one after the other",
  checks: [
    {
      id: "S9.4",
      says: "delays of successive runs add up: 1 + 2 = 3 s",
      check: (run) => {
        endsWell(run);
        assert.equal(run.lines.length, 4);
        linesInOrder(run.lines.slice(1, 3), ["Good", "Morning"]);
        arriveAt(run.lines.slice(1, 2), 1000, "threads", run);
        arriveAt(run.lines.slice(2), 3000, "threads", run);
        assert.ok([3, 4].includes(secondsBetween(run)), `${secondsBetween(run)} s`);
      },
    },
  ],
};

export const asyncioExpectations: readonly Expectation[] = [say, sayTwice];
