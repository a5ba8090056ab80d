import assert from "node:assert/strict";
import { test } from "node:test";
import type { Wakeup, Word } from "#heddle/memory/word.js";
import { Event } from "#heddle/sync/event.js";
import { explore } from "./explore.js";
import { SOME_TIME } from "./model-word.js";
import { EarlyEvent, FlagEvent, LonelyEvent, RacyEvent } from "./mutants/events.js";
import { caught, report } from "./report.js";

type EventClass = new (word: Word) => Event;
interface Words {
  event: Word;
}

const waits =
  (eventClass: EventClass, timeout?: number) =>
  ({ event }: Words): boolean =>
    new eventClass(event).waitSync(timeout);

const oneWakesTwo = (eventClass: EventClass) =>
  explore({
    words: { event: 0 },
    threads: [waits(eventClass), waits(eventClass), ({ event }) => new eventClass(event).set()],
    finally: ({ outcomes }) => assert.deepEqual(outcomes.slice(0, 2), [true, true]),
  });

test("Event.set: wakes everybody who waits", (t) => report(t, () => oneWakesTwo(Event)));

/** Pulses twice, then stays up: whenever a waiter comes, it gets through. */
const pulse = (eventClass: EventClass) =>
  explore({
    words: { event: 0 },
    threads: [
      waits(eventClass),
      waits(eventClass),
      ({ event }) => {
        const it = new eventClass(event);
        it.set();
        it.clear();
        it.set();
        it.clear();
        it.set();
      },
    ],
    finally: ({ outcomes }) => assert.deepEqual(outcomes.slice(0, 2), [true, true]),
  });

test("Event: waiters that come between pulses wait for the next one", (t) => report(t, () => pulse(Event)));

/** Counts whom its notify wakes: they were surely asleep when the flag went up. */
class CountingWord implements Word {
  woken = 0;
  readonly #word: Word;

  constructor(word: Word) {
    this.#word = word;
  }
  get isMortal(): boolean {
    return this.#word.isMortal;
  }
  load = (): number => this.#word.load();
  store = (value: number): void => this.#word.store(value);
  exchange = (value: number): number => this.#word.exchange(value);
  compareExchange = (expected: number, value: number): number => this.#word.compareExchange(expected, value);
  add = (delta: number): number => this.#word.add(delta);
  wait = (expected: number, timeout: number): Wakeup => this.#word.wait(expected, timeout);
  waitAsync = (expected: number, timeout: number): Wakeup | Promise<Wakeup> => this.#word.waitAsync(expected, timeout);
  notify(count: number): number {
    const woken = this.#word.notify(count);
    this.woken += woken;
    return woken;
  }
}

/** Whoever was asleep when the flag went up returns true, though the flag is down again when it looks. */
const sleepsThrough = (eventClass: EventClass) =>
  explore({
    words: { event: 0 },
    threads: [
      waits(eventClass, SOME_TIME),
      waits(eventClass, SOME_TIME),
      ({ event }) => {
        const word = new CountingWord(event);
        const it = new eventClass(word);
        it.set();
        it.clear();
        return word.woken;
      },
    ],
    finally: ({ outcomes: [first, second, woken] }) => {
      const through = Number(first) + Number(second);
      assert.ok(through >= Number(woken), "woken by set, and slept on through clear");
    },
  });

test("Event: nobody sleeps through set(); clear()", (t) => report(t, () => sleepsThrough(Event)));

const twoSet = (eventClass: EventClass) =>
  explore({
    words: { event: 0 },
    threads: [
      waits(eventClass),
      ({ event }) => {
        const it = new eventClass(event);
        it.set();
        return it.isSet;
      },
      ({ event }) => new eventClass(event).set(),
    ],
    finally: ({ cells, outcomes: [waited, isSet] }) => {
      assert.deepEqual([waited, isSet], [true, true]);
      assert.equal(cells.event, 3, "two sets at once are one change of the flag");
    },
  });

test("Event.set: two at once put the flag up once", (t) => report(t, () => twoSet(Event)));

test("Event: set and clear race; the flag is one of the two, and who slept before a set is through", (t) =>
  report(t, () =>
    explore({
      words: { event: 0 },
      threads: [
        waits(Event, SOME_TIME),
        ({ event }) => new Event(event).set(),
        ({ event }) => new Event(event).clear(),
      ],
      finally: ({ cells }) => assert.ok(cells.event === 2 || cells.event === 3),
    }),
  ));

test("Event.waitSync: a setter killed inside set strands nobody once the flag is up", (t) =>
  report(t, () =>
    explore({
      words: { event: 0 },
      threads: [
        ({ event }) => new Event(event).waitSync(),
        ({ event }) => new Event(event).set(),
        ({ event }) => new Event(event).set(),
      ],
      mortal: [2],
      finally: ({ outcomes }) => assert.equal(outcomes[0], true),
    }),
  ));

test("mutant caught: a flag without a generation", () => {
  caught(() => sleepsThrough(FlagEvent), /slept on through clear/);
});
test("mutant caught: wakes one only", () => {
  caught(() => oneWakesTwo(LonelyEvent), /deadlock/);
});
test("mutant caught: wakes before the flag is up", () => {
  caught(() => oneWakesTwo(EarlyEvent), /deadlock/);
});
test("mutant caught: two set at once by load and add", () => {
  caught(() => twoSet(RacyEvent), /deadlock|AssertionError/);
});
