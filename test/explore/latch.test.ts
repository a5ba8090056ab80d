import assert from "node:assert/strict";
import { test } from "node:test";
import type { Word } from "#heddle/memory/word.js";
import { Latch } from "#heddle/sync/latch.js";
import { blockUntil, DONE } from "#heddle/sync/park.js";
import { explore } from "./explore.js";
import { SOME_TIME } from "./model-word.js";
import { mutate } from "./mutants/mutate.js";
import { caught, report } from "./report.js";

type LatchClass = typeof Latch;
interface Words {
  count: Word;
}

const waits =
  (latchClass: LatchClass, timeout?: number) =>
  ({ count }: Words): boolean =>
    new latchClass(count).waitSync(timeout);

const twoWait = (latchClass: LatchClass) =>
  explore({
    words: { count: 3 },
    threads: [
      waits(latchClass),
      waits(latchClass),
      ({ count }) => {
        new latchClass(count).countDown();
        new latchClass(count).countDown(2);
      },
    ],
    finally: ({ cells, outcomes }) => assert.deepEqual([cells.count, ...outcomes.slice(0, 2)], [0, true, true]),
  });

test("Latch: opens for everybody who waits", (t) => report(t, () => twoWait(Latch)));

const twoCount = (latchClass: LatchClass) => {
  const counts = ({ count }: Words): void => new latchClass(count).countDown();
  return explore({
    words: { count: 2 },
    threads: [counts, counts, waits(latchClass)],
    finally: ({ cells, outcomes }) => assert.deepEqual([cells.count, outcomes[2]], [0, true]),
  });
};

test("Latch.countDown: two at once are two steps", (t) => report(t, () => twoCount(Latch)));

test("Latch.waitSync: a timeout that races with the last step", (t) =>
  report(t, () =>
    explore({
      words: { count: 1 },
      threads: [waits(Latch, SOME_TIME), waits(Latch), ({ count }) => new Latch(count).countDown()],
      finally: ({ outcomes }) => assert.equal(outcomes[1], true),
    }),
  ));

test("Latch: one killed as it takes the last step leaves nobody asleep", (t) =>
  report(t, () =>
    explore<"count" | "done">({
      words: { count: 1, done: 0 },
      mortal: [1],
      threads: [
        ({ count, done }) => {
          new Latch(count).countDown();
          done.store(1);
          done.notify(1);
        },
        ({ count, done }, self) => {
          blockUntil(
            done,
            () => (done.load() === 1 || self.died(1) ? DONE : 0),
            undefined,
            () => {},
          );
          // In place of the dead one, if it had not counted.
          if (count.load() > 0) new Latch(count).countDown();
        },
        waits(Latch),
      ],
      finally: ({ cells, outcomes }) => assert.deepEqual([cells.count, outcomes[2]], [0, true]),
    }),
  ));

const load = async (from: string, to: string): Promise<LatchClass> =>
  (await mutate<{ Latch: LatchClass }>("latch", from, to)).Latch;

test("mutant caught: the last step wakes one", async () => {
  const Mutant = await load("notify(Infinity)", "notify(1)");
  caught(() => twoWait(Mutant), /deadlock/);
});
test("mutant caught: counts by load and store", async () => {
  const Mutant = await load(
    "this.#count.compareExchange(seen, seen - steps);",
    "seen; this.#count.store(seen - steps);",
  );
  caught(() => twoCount(Mutant), /deadlock|AssertionError/);
});
