/**
 * The tutorial's programs do what the Python originals do. Each runs as a process of its own and every item of the list
 * of expected behaviour is a test, named as there. What the tutorial's prose claims is in tutorial-claims.test.ts, what
 * our own tutorial has to say differently in tutorial-text.test.ts.
 */
import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import { endsWell, takes } from "../../examples/tour/expect.js";
import { expectations } from "../../examples/tour/expectations.js";
import { type Run, runProgram } from "../../examples/tour/program.js";
import { pageText } from "../rig/docs.js";

const ATTEMPTS = 5;

for (const { program, checks, shown } of expectations) {
  describe(program, () => {
    let run: Run;
    before(async () => {
      for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
        run = await runProgram(program);
        if (shown === undefined || run.exitcode !== 0 || shown(run)) break;
      }
    });
    for (const { id, says, check } of checks) test(`${id} ${program}: ${says}`, () => check(run));
  });
}

test("S1.7 01-threads: main waits for all three", async () => {
  const run = await runProgram("01-threads");
  endsWell(run);
  assert.equal(run.lines.length, 3);
  takes("The end", run.wall - (run.lines.at(-1)?.at ?? 0), 0, "threads", run);
});

test("S6.8 06-queue: the queue is filled before the workers exist", () => {
  const source = pageText("examples/tutorial/06-queue.ts");
  assert.ok(source.indexOf("myQueue.put(") < source.indexOf("new MyWorker("));
});

test("the list of expected behaviour is complete: 61 items, each with a test", () => {
  const last = [8, 6, 2, 5, 9, 10, 7, 8, 6];
  const items = last.flatMap((n, section) => Array.from({ length: n }, (_, i) => `S${section + 1}.${i + 1}`));
  const files = ["tutorial.test.ts", "tutorial-claims.test.ts", "tutorial-text.test.ts"];
  const tested = [
    ...files.flatMap((file) =>
      [...pageText(`test/parity/${file}`).matchAll(/\btest\(["`](S\d\.\d+) /g)].map(([, id]) => id),
    ),
    ...expectations.flatMap(({ checks }) => checks.map(({ id }) => id)),
  ];
  assert.equal(items.length, 61);
  assert.deepEqual(
    items.filter((id) => !tested.includes(id)),
    [],
  );
});
