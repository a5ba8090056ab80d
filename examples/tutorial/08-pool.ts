/** A pool of three processes for five items: at most three work at a time, and those that finish take the rest. */
import { currentProcess, Pool } from "heddle/multiprocessing";
import { sleepSync } from "heddle/time";

function printMessage(message: string): void {
  sleepSync(1000);
  console.log(`${process.pid}-${currentProcess().name}: ${message}`);
}

async function main(): Promise<void> {
  {
    // The pool ends with this block. (`await using` needs compilation, or Node 24; else call `await pool.terminate()`.)
    await using pool = new Pool(3);

    // map waits until all are done: no join is needed.
    await pool.map(printMessage, ["Orange", "Apple", "Banana", "Grapes", "Pears"]);
  }

  console.log("Exiting the main process");
}

await main();
