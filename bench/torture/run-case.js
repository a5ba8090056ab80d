/** One case with one library: CASE FACE. Prints its verdict as JSON; whoever started it sees how the program ends. */
import { setTimeout as sleep } from "node:timers/promises";
import { CASES } from "./cases.js";

const [name, faceName] = process.argv.slice(2);
const { face } = await import(`./faces/${faceName}.js`);
const which = CASES[name];

// Nothing else keeps the program alive while it waits: a library's workers need not.
const alive = setInterval(() => {}, 1000);
const verdict = await which.try(face);
// What fails beside the call, such as a promise that nobody has, ends the program now and not after its verdict.
if (which.ends === undefined) await sleep(300);
process.stdout.write(`${JSON.stringify({ verdict })}\n`, () => {
  clearInterval(alive);
  if (which.ends === undefined) process.exit(0);
  if (which.ends === "kill") process.kill(process.pid, "SIGKILL");
});
