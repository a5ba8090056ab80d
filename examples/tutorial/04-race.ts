/**
 * A race condition: two threads add to one shared variable without any protection, and updates are lost.
 *
 * `x.value += 1` reads and then writes. Both threads may read 100, and both then write 101: one of the two updates is
 * gone. Each read and each write of a Value is atomic, and that is not enough.
 */

import { Value } from "heddle/shared";
import { Event, Semaphore, Thread } from "heddle/threading";

// Threads do not share variables; a Value is one that they do share.
const x = new Value("i32", 0);

// The loop takes milliseconds: both threads must start together, or one is done before the other begins.
const ready = new Semaphore(0);
const go = new Event();

function inc(): void {
  ready.release();
  go.waitSync();
  for (let i = 0; i < 1_000_000; i++) x.value += 1;
}

// creating threads
const t1 = new Thread({ target: inc, name: "Th 1" });
const t2 = new Thread({ target: inc, name: "Th 2" });

// start the threads
t1.start();
t2.start();
await ready.acquire();
await ready.acquire();
go.set();

// wait for the threads
await t1.join();
await t2.join();

console.log("final value of x :", x.value);
