/** Makes the machine busy: one process for each core computes while something is measured. */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";

/** @returns what `body` gives, which runs while all cores have something else to do */
export async function whileBusy<T>(body: () => Promise<T>): Promise<T> {
  // It ends by itself when nobody holds the other end of its stdin any more.
  const loop = `process.stdin.on("close", () => process.exit()).resume();
    console.log("begun");
    setInterval(() => { for (const end = Date.now() + 50; Date.now() < end; ); }, 0);`;
  const others = Array.from({ length: availableParallelism() }, () =>
    spawn(process.execPath, ["-e", loop], { stdio: ["pipe", "pipe", "inherit"] }),
  );
  try {
    await Promise.all(others.map((other) => once(other.stdout, "data")));
    return await body();
  } finally {
    for (const other of others) other.kill();
  }
}
