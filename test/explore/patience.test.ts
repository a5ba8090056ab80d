/** Looking at a word for a moment before sleeping on it (patience.ts) loses no wake-up. */
import assert from "node:assert/strict";
import { test } from "node:test";
import type { Wakeup, Word } from "#heddle/memory/word.js";
import { Event } from "#heddle/sync/event.js";
import { Mutex } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import { Semaphore } from "#heddle/sync/semaphore.js";
import { explore } from "./explore.js";
import { caught, report } from "./report.js";

/** A word on which `wait` looks some times first, as SharedWord with a Patience does. */
class LookingWord implements Word {
  readonly word: Word;
  readonly #looks: number;

  constructor(word: Word, looks = 2) {
    this.word = word;
    this.#looks = looks;
  }
  get isMortal(): boolean {
    return this.word.isMortal;
  }
  load = (): number => this.word.load();
  store = (value: number): void => this.word.store(value);
  exchange = (value: number): number => this.word.exchange(value);
  compareExchange = (expected: number, value: number): number => this.word.compareExchange(expected, value);
  add = (delta: number): number => this.word.add(delta);
  waitAsync = (expected: number, timeout: number): Wakeup | Promise<Wakeup> => this.word.waitAsync(expected, timeout);
  notify = (count: number): number => this.word.notify(count);
  wait(expected: number, timeout: number): Wakeup {
    for (let look = 0; look < this.#looks; look++) if (this.word.load() !== expected) return "not-equal";
    return this.word.wait(expected, timeout);
  }
}

/** Sleeps on what it saw last, whatever the attempt had seen. */
class ForgetfulWord extends LookingWord {
  override wait(_expected: number, timeout: number): Wakeup {
    return this.word.wait(this.word.load(), timeout);
  }
}

/** Sleeps through a change that it has seen and that was taken back. */
class StubbornWord extends LookingWord {
  override wait(expected: number, timeout: number): Wakeup {
    this.word.load();
    if (this.word.load() !== expected) return "timed-out";
    return this.word.wait(expected, timeout);
  }
}

type Looking = new (word: Word) => Word;

const mutexes = (looking: Looking) =>
  explore({
    words: { lock: 0, inside: 0 },
    threads: Array.from({ length: 3 }, () => ({ lock, inside }: Record<"lock" | "inside", Word>, self: Owners) => {
      const mutex = new Mutex(new looking(lock), self);
      mutex.lockSync();
      assert.equal(inside.add(1), 0, "two threads inside");
      inside.add(-1);
      mutex.unlock();
    }),
    finally: ({ cells }) => assert.deepEqual(cells, { lock: 0, inside: 0 }),
  });

const semaphores = (looking: Looking) => {
  type Words = Record<"permits" | "waiters", Word>;
  const take = ({ permits, waiters }: Words) => new Semaphore(new looking(permits), waiters).acquireSync();
  return explore({
    words: { permits: 0, waiters: 0 },
    threads: [
      take,
      take,
      ({ permits, waiters }) => {
        new Semaphore(permits, waiters).release();
        new Semaphore(permits, waiters).release();
      },
    ],
    finally: ({ cells, outcomes }) => {
      assert.deepEqual(cells, { permits: 0, waiters: 0 });
      assert.deepEqual(outcomes.slice(0, 2), [true, true]);
    },
  });
};

const events = (looking: Looking) => {
  const waits = ({ event }: { event: Word }) => new Event(new looking(event)).waitSync();
  return explore({
    words: { event: 0 },
    threads: [
      waits,
      waits,
      ({ event }) => {
        new Event(event).set();
        new Event(event).clear();
        new Event(event).set();
      },
    ],
    finally: ({ outcomes }) => assert.deepEqual(outcomes.slice(0, 2), [true, true]),
  });
};

test("Mutex: who looks before it sleeps misses nothing", (t) => report(t, () => mutexes(LookingWord)));
test("Semaphore: who looks before it sleeps misses nothing", (t) => report(t, () => semaphores(LookingWord)));
test("Event: who looks before it sleeps misses nothing", (t) => report(t, () => events(LookingWord)));

test("mutant caught: sleeps on what it saw last", () => {
  caught(() => semaphores(ForgetfulWord), /deadlock/);
  caught(() => events(ForgetfulWord), /deadlock/);
});
test("mutant caught: takes a change that it sees for the end of the time", () => {
  caught(() => semaphores(StubbornWord), /AssertionError/);
});
