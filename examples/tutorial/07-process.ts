/** Three processes, each with a pid, a memory and an event loop of its own; used as threads are. */
import { currentProcess, Process } from "heddle/multiprocessing";
import { sleepSync } from "heddle/time";

function printHello(): void {
  sleepSync(2000);
  console.log(`${process.pid}-${currentProcess().name}: Hello`);
}

function printMessage(message: string): void {
  sleepSync(1000);
  console.log(`${process.pid}-${currentProcess().name}: ${message}`);
}

// Children run the function and nothing else of this module, so `if __name__ == "__main__"` has no counterpart here.
async function main(): Promise<void> {
  // creating processes
  const processes = [
    new Process({ target: printHello, name: "Process 1" }),
    new Process({ target: printHello, name: "Process 2" }),
    new Process({ target: printMessage, args: ["Good morning"], name: "Process 3" }),
  ];

  // start the processes
  for (const p of processes) p.start();

  // wait till all are done
  for (const p of processes) await p.join();

  console.log("Exiting the main process");
}

await main();
