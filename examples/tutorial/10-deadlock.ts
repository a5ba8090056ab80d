/**
 * The deadlock that the tutorial describes, and two ways out of it.
 *
 * One thread holds lock A and wants B, the other holds B and wants A: without a limit both would wait for ever. A
 * timeout bounds the waiting, so each can give up and give back. One order of locking for all makes the circle impossible.
 */
import { currentThread, Event, Lock, Thread } from "heddle/threading";

const lockA = new Lock();
const lockB = new Lock();

/** Holds `first`, then wants `second`. The events make sure that both threads hold one lock before they want the other. */
function opposite(first: Lock, second: Lock, mine: readonly [Event, Event], other: readonly [Event, Event]): void {
  const [holding, answered] = mine;
  first.withLockSync(() => {
    holding.set();
    other[0].waitSync();
    const held = second.acquireSync({ timeout: 200 });
    answered.set();
    other[1].waitSync();
    held?.[Symbol.dispose]();
    console.log(`${currentThread().name}: ${held ? "got both locks" : "gave up after 200 ms"}`);
  });
}

const one = [new Event(), new Event()] as const;
const two = [new Event(), new Event()] as const;
const t1 = new Thread({ target: opposite, args: [lockA, lockB, one, two], name: "Th 1" }).start();
const t2 = new Thread({ target: opposite, args: [lockB, lockA, two, one], name: "Th 2" }).start();
await t1.join();
await t2.join();

/** Both threads take A before B: whoever has A can always get B. */
function sameOrder(): void {
  for (let i = 0; i < 1000; i++) lockA.withLockSync(() => lockB.withLockSync(() => {}));
  console.log(`${currentThread().name}: took both locks 1000 times`);
}

const t3 = new Thread({ target: sameOrder, name: "Th 3" }).start();
const t4 = new Thread({ target: sameOrder, name: "Th 4" }).start();
await t3.join();
await t4.join();

console.log("No deadlock");
