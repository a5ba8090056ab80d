/** Threads that want what the other makes, while they make what the other wants, in every interleaving. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Bell } from "#heddle/sync/bell.js";
import type { Owners } from "#heddle/sync/owners.js";
import { Begun, SingleMaker, type Wanted } from "#heddle/sync/single-maker.js";
import { Standstill, type WaitNote } from "#heddle/sync/standstill.js";
import { explore } from "./explore.js";
import { ModelMutex } from "./model-mutex.js";
import type { ModelWord } from "./model-word.js";
import { ForgetfulStandstill, HastyStandstill, RashStandstill, UncountedStandstill } from "./mutants/standstills.js";
import { DEAD, type Explored } from "./program.js";
import { caught, report } from "./report.js";

const WORDS = {
  ...{ x: 0, y: 0, claimX: 0, claimY: 0, rings: 0, sleepers: 0, lock: 0 },
  ...{ maker1: 0, since1: 0, ended1: 0, maker2: 0, since2: 0, ended2: 0 },
};
const guarded = { maker1: "lock", since1: "lock", maker2: "lock", since2: "lock" } as const;
type Words = Readonly<Record<keyof typeof WORDS, ModelWord>>;
type Key = "x" | "y";
type StandstillClass = typeof Standstill;

class Refused extends Error {}

/** What one thread has of the whole. */
function setting(Class: StandstillClass, words: Words, self: Owners) {
  const maker = new SingleMaker(new Bell(words.rings, words.sleepers));
  const notes: readonly WaitNote[] = [
    { maker: words.maker1, since: words.since1, ended: words.ended1 },
    { maker: words.maker2, since: words.since2, ended: words.ended2 },
  ];
  const mutex = new ModelMutex(words.lock, self);
  const lock = { acquire: () => mutex.lockSync(), release: () => mutex.unlock() };
  const standstill = new Class(lock, (thread) => notes[thread - 1]!, self);
  const claimOf = (key: Key): ModelWord => (key === "x" ? words.claimX : words.claimY);
  const wanted = (key: Key): Wanted => ({
    isThere: () => words[key].load() !== 0,
    claim: () => {
      const seen = claimOf(key).load();
      if (seen !== 0 && !self.died(seen)) return false;
      return claimOf(key).compareExchange(seen, self.me) === seen;
    },
    endClaim: () => {
      if (Class === HastyStandstill) standstill.endedClaim();
      claimOf(key).store(0);
      if (Class !== HastyStandstill) standstill.endedClaim();
    },
  });
  const begin = (key: Key): Begun => {
    const refuse = (): never => {
      throw new Refused();
    };
    return maker.beginSync(
      standstill.watched(wanted(key), () => claimOf(key).load(), true, refuse),
      undefined,
    );
  };
  /** Makes the key's value, if nobody has: from what `inside` gives. */
  const want = (key: Key, inside: () => void): void => {
    if (begin(key) === Begun.THERE) return;
    try {
      inside();
      words[key].store(1);
    } finally {
      maker.finish(wanted(key));
    }
  };
  return want;
}

/** Wants the first, made from the second. */
const crossing =
  (Class: StandstillClass, first: Key, second: Key) =>
  (words: Words, self: Owners): string => {
    const want = setting(Class, words, self);
    try {
      want(first, () => want(second, () => {}));
      return "done";
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return "refused";
    }
  };

/** Wants one after the other. */
const inTurn =
  (Class: StandstillClass, first: Key, second: Key) =>
  (words: Words, self: Owners): string => {
    const want = setting(Class, words, self);
    want(first, () => {});
    want(second, () => {});
    return "done";
  };

const crossed = (Class: StandstillClass): Explored =>
  explore({
    ...{
      words: WORDS,
      guarded: Class === RashStandstill ? {} : guarded,
      threads: [crossing(Class, "x", "y"), crossing(Class, "y", "x")],
    },
    finally: ({ cells, outcomes }) => {
      assert.ok(outcomes.filter((each) => each === "refused").length <= 1, "one of them goes on");
      assert.ok(outcomes.includes("done"));
      assert.deepEqual([cells.claimX, cells.claimY, cells.maker1, cells.maker2], [0, 0, 0, 0]);
    },
  });
test("standstill: of two that cross at most one is refused, and the other goes on", (t) => {
  report(t, () => crossed(Standstill));
});

/** Nobody ever waits in a circle: the first has ended its claim before it wants what the other makes. */
const uncrossed = (Class: StandstillClass): Explored =>
  explore({
    ...{ words: WORDS, guarded, threads: [inTurn(Class, "x", "y"), crossing(Class, "y", "x")] },
    finally: ({ outcomes }) => assert.deepEqual(outcomes, ["done", "done"]),
  });
test("standstill: who has ended its claim is in no circle", (t) => report(t, () => uncrossed(Standstill)));

test("standstill: when one dies the other goes on", (t) =>
  report(t, () =>
    explore({
      ...{ words: WORDS, guarded, threads: [crossing(Standstill, "x", "y"), crossing(Standstill, "y", "x")] },
      ...{ mortal: [1] },
      finally: ({ outcomes: [first, second] }) => {
        assert.ok(first === DEAD || first === "done" || first === "refused");
        assert.ok(second === "done" || second === "refused");
      },
    }),
  ));

test("mutant caught: counts a claim before it is ended", () => {
  caught(() => uncrossed(HastyStandstill), /threw/);
});
test("mutant caught: does not count the claims that are ended", () => {
  caught(() => uncrossed(UncountedStandstill), /threw/);
});
test("mutant caught: keeps its note while it goes on", () => {
  caught(() => uncrossed(ForgetfulStandstill), /threw/);
});
test("mutant caught: follows the notes while others write theirs", () => {
  caught(() => crossed(RashStandstill), /deadlock/);
});
