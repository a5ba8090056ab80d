import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import { Mutex } from "#heddle/sync/mutex.js";
import { Once, Turn } from "#heddle/sync/once.js";
import type { Owners } from "#heddle/sync/owners.js";
import { explore } from "./explore.js";
import { SOME_TIME } from "./model-word.js";
import { mutate } from "./mutants/mutate.js";
import { DEAD } from "./program.js";
import { caught, report } from "./report.js";

type OnceClass = typeof Once;
interface Words {
  lock: Word;
  done: Word;
  runs: Word;
}
const WORDS = { lock: 0, done: 0, runs: 0 };

/** Runs the body unless it is done; afterwards a whole run must be there. */
const runs =
  (onceClass: OnceClass, { succeeds = true, timeout }: { succeeds?: boolean; timeout?: number } = {}) =>
  ({ lock, done, runs }: Words, self: Owners): Turn => {
    const once = new onceClass(new Mutex(lock, self), done);
    const turn = once.beginSync(timeout);
    if (turn === Turn.DONE) assert.equal(runs.load(), 1, "went on before it was done");
    if (turn !== Turn.MINE) return turn;
    if (succeeds) runs.add(1);
    once.finish(succeeds);
    return turn;
  };

const three = (onceClass: OnceClass) =>
  explore({
    words: WORDS,
    threads: [runs(onceClass), runs(onceClass), runs(onceClass)],
    finally: ({ cells, outcomes }) => {
      assert.deepEqual(cells, { lock: 0, done: 1, runs: 1 });
      assert.equal(outcomes.filter((turn) => turn === Turn.MINE).length, 1);
    },
  });

test("Once: one of three runs it, the others wait for the end", (t) => report(t, () => three(Once)));

test("Once: after a failure the next one tries", (t) =>
  report(t, () =>
    explore({
      words: WORDS,
      threads: [runs(Once, { succeeds: false }), runs(Once), runs(Once)],
      finally: ({ cells }) => assert.deepEqual(cells, { lock: 0, done: 1, runs: 1 }),
    }),
  ));

test("Once: a timeout loses nothing", (t) =>
  report(t, () =>
    explore({
      words: WORDS,
      threads: [runs(Once, { timeout: SOME_TIME }), runs(Once), runs(Once)],
      finally: ({ cells }) => assert.deepEqual(cells, { lock: 0, done: 1, runs: 1 }),
    }),
  ));

test("Once: if the runner dies the next one tries", (t) =>
  report(t, () =>
    explore({
      words: WORDS,
      mortal: [1],
      threads: [runs(Once, { succeeds: false }), runs(Once), runs(Once)],
      finally: ({ cells, outcomes }) => {
        assert.deepEqual([cells.done, cells.runs], [1, 1]);
        if (outcomes[0] !== DEAD) assert.equal(cells.lock, 0);
      },
    }),
  ));

const load = async (from: string, to: string): Promise<OnceClass> =>
  (await mutate<{ Once: OnceClass }>("once", from, to)).Once;

test("mutant caught: does not look again once it has the mutex", async () => {
  const Mutant = await load("if (!this.isDone)\n            return Turn.MINE;", "return Turn.MINE;");
  caught(() => three(Mutant), /AssertionError/);
});
test("mutant caught: says that it is done after it has freed the mutex", async () => {
  const Mutant = await load(
    "if (succeeded)\n            this.#done.store(1);\n        this.#mutex.unlock();",
    "this.#mutex.unlock(); if (succeeded) this.#done.store(1);",
  );
  caught(() => three(Mutant), /AssertionError/);
});
