/** A coroutine in Python is an async function here: it sleeps without blocking the program's other work. */
import { sleep } from "heddle/asyncio";

async function say(delay: number, message: string): Promise<void> {
  await sleep(delay);
  console.log(message);
}

/** The local time as HH:MM:SS. Python: `time.strftime("%X")`. */
const now = (): string => new Date().toLocaleTimeString("en-GB");

console.log("Started at ", now());

// Python refuses this line outside of a notebook; a module of JavaScript may await.
await say(1000, "Good");

console.log("Stopped at ", now());
