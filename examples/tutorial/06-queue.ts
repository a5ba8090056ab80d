/** A custom thread class, and a queue that five such threads empty: ten tasks of a second each take 2 seconds. */
import { Queue } from "heddle/queue";
import { Thread } from "heddle/threading";
import { sleepSync } from "heddle/time";

/** A thread class overrides the constructor, which calls super(), and run, which is what the thread executes. */
class MyWorker extends Thread {
  readonly queue: Queue<string>;

  constructor(name: string, queue: Queue<string>) {
    super();
    this.name = name;
    this.queue = queue;
  }

  override run(): void {
    for (;;) {
      const item = this.queue.getSync();
      sleepSync(1000);
      try {
        console.log(`${this.name}: ${item}`);
      } finally {
        this.queue.taskDone(); // every get is followed by one taskDone
      }
    }
  }
}

// filling the queue
const myQueue = new Queue<string>();
for (let i = 1; i <= 10; i++) await myQueue.put(`Task ${i}`);

// creating threads
for (let i = 1; i <= 5; i++) {
  const worker = new MyWorker(`Th ${i}`, myQueue);
  worker.daemon = true;
  worker.start();
}

// Waits until every task is done, not for the threads: those wait for more, and end with the program as daemons.
await myQueue.join();
