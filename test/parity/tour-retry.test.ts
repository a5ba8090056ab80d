/** The tour on a slow machine: a program with a check that fails runs once more; more often only while the machine is busy. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { takes } from "../../examples/tour/expect.js";
import { failuresOf } from "../../examples/tour/failures.js";
import type { Run } from "../../examples/tour/program.js";

const after = (wall: number, slowness = 1): Run => {
  return { stdout: "", stderr: "", pid: 1, exitcode: 0, lines: [], wall, slowness };
};

const isSoon = { id: "soon", says: "comes soon", check: (run: Run) => takes("it", run.wall, 100, "threads", run) };
const isEmpty = { id: "empty", says: "is empty", check: (run: Run) => assert.ok(run.stdout === "", "not\n empty") };
const expectation = { checks: [isEmpty, isSoon] };

/** @returns what failed, and how many more runs were made */
async function tour(first: Run, ...later: Run[]): Promise<{ failures: (string | undefined)[]; more: number }> {
  let more = 0;
  const failures = await failuresOf(expectation, first, async () => later[more++] ?? assert.fail("one run too many"));
  return { failures, more };
}

test("a check that failed for being slow is made again with a new run, and has not failed", async () => {
  assert.deepEqual(await tour(after(9000), after(150)), { failures: [undefined, undefined], more: 1 });
});

test("a check that fails twice has failed, with the reason of the second time", async () => {
  const { failures, more } = await tour(after(9000), after(8000));
  assert.deepEqual([failures[0], more], [undefined, 1]);
  assert.match(failures[1] ?? "", /^it came after 8000 ms; 600 ms is the most allowed/);
});

test("a program that passes runs once", async () => {
  assert.deepEqual(await tour(after(150)), { failures: [undefined, undefined], more: 0 });
});

test("what the second run does wrong counts, whatever the first one did", async () => {
  const { failures, more } = await tour(after(9000), { ...after(150), stdout: "x" });
  assert.deepEqual([failures, more], [["not empty", undefined], 1]);
});

test("while the machine is busy there are up to four more runs; the first that passes ends them", async () => {
  const passes = await tour(after(9000, 3), after(9000, 3), after(9000, 3), after(150, 3));
  assert.deepEqual(passes, { failures: [undefined, undefined], more: 3 });
});

test("what fails each of five times on a busy machine has failed", async () => {
  const { failures, more } = await tour(...(Array.from({ length: 5 }, () => after(9000, 3)) as [Run, ...Run[]]));
  assert.deepEqual([failures[0], more], [undefined, 4]);
  assert.match(failures[1] ?? "", /^it came after 9000 ms; 1600 ms is the most allowed/);
});

test("a second run that fails while the machine is idle again is the last", async () => {
  const { failures, more } = await tour(after(9000, 3), after(9000));
  assert.deepEqual([failures[0], more], [undefined, 1]);
  assert.match(failures[1] ?? "", /^it came after 9000 ms/);
});
