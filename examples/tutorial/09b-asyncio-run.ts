/** Two runs, one after the other: their delays add up to 3 seconds. In a `gather` they would take 2. */
import { run, sleep } from "heddle/asyncio";

async function say(delay: number, message: string): Promise<void> {
  await sleep(delay);
  console.log(message);
}

const now = (): string => new Date().toLocaleTimeString("en-GB");

console.log("Started at ", now());

// A function is handed over, not a call: a call would start at once, while Python's coroutines start when awaited.
await run(() => say(1000, "Good"));
await run(() => say(2000, "Morning"));

console.log("Stopped at ", now());
