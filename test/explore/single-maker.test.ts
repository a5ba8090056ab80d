/** One of three makes, the others wait, in every interleaving; makers fail and die. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Bell } from "#heddle/sync/bell.js";
import type { Owners } from "#heddle/sync/owners.js";
import { Begun, SingleMaker, type Wanted } from "#heddle/sync/single-maker.js";
import { explore } from "./explore.js";
import type { ModelWord } from "./model-word.js";
import { CredulousMaker, EarlyMaker, ShyMaker } from "./mutants/single-makers.js";
import { DEAD, type Explored } from "./program.js";
import { caught, report } from "./report.js";

const EMPTY = { there: 0, claim: 0, making: 0, made: 0, rings: 0, sleepers: 0 };
type Words = Readonly<Record<keyof typeof EMPTY, ModelWord>>;
type MakerClass = new (bell: Bell) => SingleMaker;

/** Of a thread that wants it; `fails`: its making does. */
const wanting =
  (Maker: MakerClass, fails = false) =>
  (words: Words, self: Owners): string => {
    const { there, claim, making, made } = words;
    const maker = new Maker(new Bell(words.rings, words.sleepers));
    const wanted: Wanted = {
      isThere: () => there.load() !== 0,
      claim: () => {
        const seen = claim.load();
        if (seen !== 0 && !self.died(seen)) return false;
        return claim.compareExchange(seen, self.me) === seen;
      },
      endClaim: () => claim.store(0),
    };
    if (maker.beginSync(wanted, undefined) === Begun.THERE) return "there";
    making.store(self.me);
    if (!fails) {
      made.add(1);
      there.store(1);
    }
    making.store(0);
    maker.finish(wanted);
    return fails ? "failed" : "made";
  };

const three = (Maker: MakerClass): Explored =>
  explore({
    ...{ words: EMPTY, threads: [wanting(Maker), wanting(Maker), wanting(Maker)] },
    finally: ({ cells, outcomes }) => {
      assert.deepEqual([cells.made, cells.claim, cells.sleepers], [1, 0, 0]);
      assert.deepEqual([...outcomes].sort(), ["made", "there", "there"]);
    },
  });
test("setDefault: of three one makes, the others find it", (t) => report(t, () => three(SingleMaker)));

const failing = (Maker: MakerClass): Explored =>
  explore({
    ...{ words: EMPTY, threads: [wanting(Maker, true), wanting(Maker), wanting(Maker)] },
    finally: ({ cells, outcomes: [first, ...others] }) => {
      assert.deepEqual([cells.made, cells.claim, cells.sleepers], [1, 0, 0]);
      assert.ok(first === "failed" || first === "there");
      assert.deepEqual(others.sort(), ["made", "there"]);
    },
  });
test("setDefault: when a maker fails one of those who wait makes", (t) => report(t, () => failing(SingleMaker)));

test("setDefault: a maker that dies anywhere is followed by another", (t) =>
  report(t, () =>
    explore({
      ...{ words: EMPTY, threads: [wanting(SingleMaker), wanting(SingleMaker)], mortal: [1] },
      finally: ({ cells, outcomes: [first, second] }) => {
        assert.ok(first === DEAD || first === "made" || first === "there");
        assert.ok(second === "made" || second === "there");
        assert.ok(cells.there === 1 && cells.made <= 2);
      },
    }),
  ));

test("mutant caught: does not look again when it has claimed", () => {
  caught(() => three(CredulousMaker), /AssertionError/);
});
test("mutant caught: rings before the claim ends", () => {
  caught(() => failing(EarlyMaker), /deadlock/);
});
test("mutant caught: wakes one", () => {
  caught(() => three(ShyMaker), /deadlock/);
});
