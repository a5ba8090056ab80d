/** What waiting and reading cost, beside an Event and a Lock in the same run. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Barrier, Event, Latch, Lock, RWLock, Thread } from "heddle/threading";

const THREADS = 40;
/** Until the slices of their sleep are as long as they get, and what is measured; milliseconds. */
const [SETTLED, MEASURED] = [1500, 2000];

/** A way to wait, which all threads go after they have begun, and before they are through. */
interface Round {
  readonly begin: Event;
  readonly there: Latch;
  readonly through: Latch;
  readonly wait: () => unknown;
}

const round = (wait: () => unknown): Round => ({
  begin: new Event(),
  there: new Latch(THREADS),
  through: new Latch(THREADS),
  wait,
});

/** @returns milliseconds of processor time a second that the threads take as they wait */
async function costOf({ begin, there }: Round): Promise<number> {
  begin.set();
  await there.wait();
  await pass(SETTLED);
  const before = process.cpuUsage();
  await pass(MEASURED);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / MEASURED;
}

/** Lets time pass, which is what is measured. */
const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

test("threads that wait at a Barrier or for a RWLock cost about what they cost at an Event", async (t) => {
  const [event, barrier, lock] = [new Event(), new Barrier(THREADS + 1), new RWLock()];
  const rounds = [
    round(() => event.waitSync()),
    round(() => barrier.waitSync()),
    round(() => lock.acquireReadSync()[Symbol.dispose]()),
    round(() => lock.acquireWriteSync()[Symbol.dispose]()),
  ] as const;
  const target = (): void => {
    for (const { begin, there, through, wait } of rounds) {
      begin.waitSync();
      there.countDown();
      wait();
      through.countDown();
    }
  };
  const threads = Array.from({ length: THREADS }, () => new Thread({ target, daemon: true }).start());
  const least = await costOf(rounds[0]);
  const compare = async (name: string, waiting: Round): Promise<void> => {
    const cost = await costOf(waiting);
    t.diagnostic(`${name}: ${Math.round(cost)} ms a second, Event ${Math.round(least)}`);
    assert.ok(cost < 3 * least + 30, `${name} costs ${cost} ms a second, an Event ${least}`);
  };
  event.set();
  await compare("Barrier", rounds[1]);
  await barrier.wait();
  for (const [name, waiting] of [
    ["RWLock, readers", rounds[2]],
    ["RWLock, writers", rounds[3]],
  ] as const) {
    const writing = lock.acquireWriteSync();
    await compare(name, waiting);
    writing[Symbol.dispose]();
    await waiting.through.wait();
  }
  for (const thread of threads) await thread.join();
});

/** @returns the fewest nanoseconds of many passes */
function fastest(work: () => void): number {
  let least = Infinity;
  for (let round = 0; round < 40; round++) {
    const begin = performance.now();
    for (let i = 0; i < 5000; i++) work();
    least = Math.min(least, performance.now() - begin);
  }
  return (least / 5000) * 1e6;
}

test("a reader of a RWLock costs a few times a Lock, however many are inside", (t) => {
  const [lock, readers] = [new Lock(), new RWLock()];
  const alone = fastest(() => lock.acquireSync()[Symbol.dispose]());
  for (const count of [0, 60]) {
    const inside = Array.from({ length: count }, () => readers.acquireReadSync());
    const cost = fastest(() => readers.acquireReadSync()[Symbol.dispose]());
    for (const held of inside) held[Symbol.dispose]();
    t.diagnostic(`${count} inside: ${Math.round(cost)} ns, a Lock ${Math.round(alone)} ns`);
    assert.ok(cost < 12 * alone, `with ${count} inside a reader costs ${cost} ns, a Lock ${alone} ns`);
  }
});
