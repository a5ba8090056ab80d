/** The non-daemon thread takes 5 seconds now: long enough for the daemon to say hello. */
import { currentThread, Thread } from "heddle/threading";
import { sleepSync } from "heddle/time";

function daemonFunc(): void {
  sleepSync(3000);
  console.log(`${currentThread().name}: Hello from daemon`);
}

function nonDaemonFunc(): void {
  sleepSync(5000);
  console.log(`${currentThread().name}: Hello from non-daemon`);
}

// creating threads
const t1 = new Thread({ target: daemonFunc, name: "Daemon Thread", daemon: true });
const t2 = new Thread({ target: nonDaemonFunc, name: "Non-Daemon Thread" });

// start the threads
t1.start();
t2.start();

await t2.join();

console.log("Exiting the main program");
