/** Three named threads, two functions: the sleeps overlap, so the whole takes 2 seconds, not 5. */
import { currentThread, Thread } from "heddle/threading";
import { sleepSync } from "heddle/time";

function printHello(): void {
  sleepSync(2000);
  console.log(`${currentThread().name}: Hello`);
}

function printMessage(message: string): void {
  sleepSync(1000);
  console.log(`${currentThread().name}: ${message}`);
}

// creating threads
const t1 = new Thread({ target: printHello, name: "Th 1" });
const t2 = new Thread({ target: printHello, name: "Th 2" });
const t3 = new Thread({ target: printMessage, args: ["Good morning"], name: "Th 3" });

// A thread runs once it is started.
t1.start();
t2.start();
t3.start();

// join makes the caller wait until the thread has completed its execution: wait till all are done.
await t1.join();
await t2.join();
await t3.join();
