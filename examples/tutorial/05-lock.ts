/** The race of 04-race.ts, cured: the lock lets one thread at a time read and write, and no update is lost. */

import { Value } from "heddle/shared";
import { Event, Lock, Semaphore, Thread } from "heddle/threading";

const x = new Value("i32", 0);
const ready = new Semaphore(0);
const go = new Event();

function incWithLock(lock: Lock): void {
  ready.release();
  go.waitSync();
  for (let i = 0; i < 1_000_000; i++) {
    lock.acquireSync(); // blocks while the other thread holds the lock
    x.value += 1;
    lock.release(); // lets one waiting thread go on
  }
}

// The lock is made here and handed to both threads.
const myLock = new Lock();

// creating threads
const t1 = new Thread({ target: incWithLock, args: [myLock], name: "Th 1" });
const t2 = new Thread({ target: incWithLock, args: [myLock], name: "Th 2" });

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
