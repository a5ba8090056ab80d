import assert from "node:assert/strict";
import { test } from "node:test";
import type { Wakeup, Word } from "#heddle/memory/word.js";
import { BrokenBarrierError } from "#heddle/platform/errors/errors.js";
import { Barrier } from "#heddle/sync/barrier.js";
import type { Owners } from "#heddle/sync/owners.js";
import { blockUntil, DONE } from "#heddle/sync/park.js";
import { WaitQueue } from "#heddle/sync/wait-queue.js";
import { explore } from "./explore.js";
import { ModelMutex } from "./model-mutex.js";
import { type ModelWord, SOME_TIME } from "./model-word.js";
import { mutate } from "./mutants/mutate.js";
import { DEAD } from "./program.js";
import { caught, report } from "./report.js";
import { GUARDED, NODE_WORDS, type NodeWords, WordNodes } from "./word-nodes.js";

type BarrierClass = typeof Barrier;
type Words = NodeWords & { lock: ModelWord; phase: Word; head: Word; tail: Word; acted: Word };

const WORDS = { lock: 0, phase: 0, head: 0, tail: 0, acted: 0, ...NODE_WORDS };
const GUARDS = { head: "lock", tail: "lock", ...GUARDED } as const;
const BROKEN = 2;
/** Phases from here on are verdicts. */
const PASSING = 3;

function barrierOf(
  barrierClass: BarrierClass,
  parties: number,
  words: Words,
  owners: Owners,
  watched: boolean,
): Barrier {
  const nodes = new WordNodes(words);
  const queue = new WaitQueue(words.head, words.tail, nodes);
  return new barrierClass(parties, {
    mutex: new ModelMutex(words.lock, owners),
    phase: watched ? new VerdictWord(words.phase) : words.phase,
    queue,
    nodes,
    owners,
    isTurn: () => true,
  });
}

/** A verdict that stands is carried out, not replaced by another one. */
class VerdictWord implements Word {
  readonly isMortal: boolean;
  readonly #word: Word;

  constructor(word: Word) {
    this.isMortal = word.isMortal;
    this.#word = word;
  }
  store(value: number): void {
    const verdict = this.#word.load();
    if (value >= PASSING) assert.ok(verdict < PASSING, "a verdict is overruled");
    this.#word.store(value);
  }
  load = (): number => this.#word.load();
  exchange = (value: number): number => this.#word.exchange(value);
  compareExchange = (expected: number, value: number): number => this.#word.compareExchange(expected, value);
  add = (delta: number): number => this.#word.add(delta);
  wait = (expected: number, timeout: number): Wakeup => this.#word.wait(expected, timeout);
  waitAsync = (expected: number, timeout: number): Wakeup | Promise<Wakeup> => this.#word.waitAsync(expected, timeout);
  notify = (count: number): number => this.#word.notify(count);
}

/** Meets once: the index, or "broken". */
const meets =
  (
    barrierClass: BarrierClass,
    parties: number,
    { timeout, acts = false, watched = false }: { timeout?: number; acts?: boolean; watched?: boolean } = {},
  ) =>
  (words: Words, self: Owners): number | "broken" => {
    const action = (): void => {
      words.acted.add(1);
    };
    try {
      const index = barrierOf(barrierClass, parties, words, self, watched).waitSync(timeout, acts ? action : undefined);
      if (acts) assert.notEqual(words.acted.load(), 0, "went on before the action was done");
      return index;
    } catch (error) {
      if (error instanceof BrokenBarrierError) return "broken";
      throw error;
    }
  };

function assertClean(cells: Readonly<Record<string, number>>): void {
  for (const name of ["head", "tail", "used1", "used2", "used3"]) assert.equal(cells[name], 0, `${name} left behind`);
}

const allMeet = (barrierClass: BarrierClass, acts: boolean) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: Array.from({ length: 3 }, () => meets(barrierClass, 3, { acts })),
    finally: ({ cells, outcomes }) => {
      assertClean(cells);
      assert.deepEqual([...outcomes].sort(), [0, 1, 2]);
      assert.equal(cells.acted, acts ? 1 : 0);
      assert.equal(cells.phase, 0);
    },
  });

test("Barrier: all meet, each with an index of its own", (t) => report(t, () => allMeet(Barrier, false)));
test("Barrier: the action runs once, before anybody goes on", (t) => report(t, () => allMeet(Barrier, true)));

/** A third one comes to a barrier for two, and must not get into their meeting. */
const latecomer = (barrierClass: BarrierClass) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: Array.from({ length: 3 }, () => meets(barrierClass, 2, { acts: true, timeout: SOME_TIME })),
    finally: ({ cells, outcomes }) => {
      assertClean(cells);
      const passed = outcomes.filter((outcome) => outcome !== "broken");
      assert.ok(passed.length === 0 || passed.length === 2, "two meet, or nobody");
      // It may have broken the barrier before those who met had even heard of it.
      assert.ok(cells.acted! <= 1, "two meetings of three");
      if (passed.length === 2) assert.deepEqual([...passed].sort(), [0, 1]);
    },
  });

test("Barrier: one who comes during the action belongs to the next meeting", (t) =>
  report(t, () => latecomer(Barrier)));

/** Everybody may run out of time: then nobody passes. */
const timeoutsRace = (barrierClass: BarrierClass) =>
  explore({
    words: WORDS,
    guarded: GUARDS,
    threads: Array.from({ length: 3 }, () => meets(barrierClass, 3, { timeout: SOME_TIME })),
    finally: ({ cells, outcomes }) => {
      assertClean(cells);
      assert.equal(new Set(outcomes.map((outcome) => outcome === "broken")).size, 1, "not all heard the same");
      assert.equal(cells.phase, outcomes[0] === "broken" ? BROKEN : 0);
    },
  });

test("Barrier: a timeout at any instant: all pass or all are refused", (t) => report(t, () => timeoutsRace(Barrier)));

test("Barrier.reset: two pass or nobody, and the barrier is as new", (t) =>
  report(t, () =>
    explore({
      words: WORDS,
      guarded: GUARDS,
      threads: [
        meets(Barrier, 2, { timeout: SOME_TIME }),
        meets(Barrier, 2, { timeout: SOME_TIME }),
        (words, self) => barrierOf(Barrier, 2, words, self, false).reset(),
      ],
      finally: ({ cells, outcomes: [first, second] }) => {
        assertClean(cells);
        assert.equal(first === "broken", second === "broken");
      },
    }),
  ));

test("Barrier.abort: two pass or nobody, and it stays broken", (t) =>
  report(t, () =>
    explore({
      words: WORDS,
      guarded: GUARDS,
      threads: [
        meets(Barrier, 2),
        meets(Barrier, 2),
        (words, self) => barrierOf(Barrier, 2, words, self, false).abort(),
      ],
      finally: ({ cells, outcomes: [first, second] }) => {
        assertClean(cells);
        assert.equal(first === "broken", second === "broken");
        assert.equal(cells.phase, BROKEN);
      },
    }),
  ));

/**
 * The first may die at any instant; the second has no timeout. If the first dies before it comes there is nothing to
 * be seen at the barrier, so a third aborts once the first is done or dead.
 */
const partyDies = (barrierClass: BarrierClass, acts: boolean) => {
  const party = meets(barrierClass, 2, { acts, watched: true });
  return explore<keyof typeof WORDS | "done">({
    words: { ...WORDS, done: 0 },
    guarded: GUARDS,
    mortal: [1],
    threads: [
      [
        party,
        ({ done }, _self, outcome) => {
          done.store(1);
          done.notify(1);
          return outcome;
        },
      ],
      party,
      [
        ({ done }, self) => {
          blockUntil(
            done,
            () => (done.load() === 1 || self.died(1) ? DONE : 0),
            undefined,
            () => {},
          );
        },
        (words, self) => barrierOf(barrierClass, 2, words, self, true).abort(),
      ],
    ],
    finally: ({ outcomes: [first, second] }) => {
      if (first !== DEAD) assert.equal(first === "broken", second === "broken", "not all heard the same");
    },
  });
};

test("Barrier: a party that dies at any instant: the others hear the same", (t) =>
  report(t, () => partyDies(Barrier, false)));
test("Barrier: a party that dies at any instant, also in the action: the others hear the same", (t) =>
  report(t, () => partyDies(Barrier, true)));

const load = async (from: string, to: string): Promise<BarrierClass> =>
  (await mutate<{ Barrier: BarrierClass }>("barrier", from, to)).Barrier;

test("mutant caught: a timeout breaks the barrier although all were there", async () => {
  const Mutant = await load("timedOut = state.load() === WAITING;", "timedOut = true; state.store(REFUSED);");
  caught(() => timeoutsRace(Mutant), /not all heard the same|AssertionError/);
});
test("mutant caught: no place is kept for latecomers", async () => {
  const Mutant = await load("if (phase.load() === Phase.ACTING)", "if (false)");
  caught(() => latecomer(Mutant), /two meet|AssertionError|deadlock/);
});
test("mutant caught: nobody carries out the verdict of one who died", async () => {
  const Mutant = await load("this.#carryOut();\n            return body();", "return body();");
  caught(() => partyDies(Mutant, false), /overruled/);
});
