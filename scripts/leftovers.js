// Processes that outlive a run of the tests. Every process started by the run inherits a mark in its environment,
// so orphans are found too, and nobody else's processes are.
import { readdirSync, readFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";

/** How long processes may take to notice that their parent has ended, in milliseconds. */
const GRACE = 3000;

/**
 * Reports processes of the run that still live, and ends them.
 *
 * @returns {Promise<boolean>} true if there are none (always, where there is no /proc)
 */
export async function demandNothingLeft(mark) {
  const deadline = performance.now() + GRACE;
  let left = marked(mark);
  while (left.length > 0 && performance.now() < deadline) {
    await sleep(50);
    left = marked(mark);
  }
  for (const { pid, command } of left) {
    process.stderr.write(`left behind by the tests: process ${pid}: ${command}\n`);
    end(pid);
  }
  return left.length === 0;
}

function end(pid) {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if (error.code !== "ESRCH") throw error; // it went by itself meanwhile
  }
}

function marked(mark) {
  if (process.platform !== "linux") return [];
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => read(pid, "environ").includes(`HEDDLE_TEST_RUN=${mark}`))
    .map((pid) => ({ pid: Number(pid), command: read(pid, "cmdline").replaceAll("\0", " ").trim() }));
}

function read(pid, file) {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return ""; // gone meanwhile, or another user's
  }
}
