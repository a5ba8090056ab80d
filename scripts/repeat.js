// npm run test:repeat [-- n] [groups or files]: repeats the concurrent tests n times (100) on a machine that is
// busy with something else. Stops at the first failure and shows its output.
import { spawn } from "node:child_process";
import os from "node:os";
import { node, prepare } from "./project.js";
import { CONCURRENT, chooseFiles } from "./test-files.js";

const [first, ...rest] = process.argv.slice(2);
const typed = /^\d+$/.test(first ?? "") ? rest : process.argv.slice(2);
const times = typed === rest ? Number(first) : 100;

await prepare();
const files = chooseFiles(typed, CONCURRENT);
// A busy loop ends by itself when this script is gone: nobody reads its stdin's other end any more.
const busy = Array.from({ length: os.availableParallelism() }, () =>
  spawn(
    process.execPath,
    [
      "-e",
      "process.stdin.on('close', () => process.exit()).resume(); setInterval(() => { const end = Date.now() + 50; while (Date.now() < end); }, 1)",
    ],
    {
      stdio: ["pipe", "ignore", "ignore"],
    },
  ),
);
process.exitCode = await repeat();
for (const child of busy) child.kill();

async function repeat() {
  for (let round = 1; round <= times; round++) {
    const start = performance.now();
    const { code, output } = await node(["scripts/test.js", "--no-build", ...files], { capture: true });
    if (code !== 0) {
      process.stdout.write(`${output}\nround ${round} of ${times} failed (exit code ${code})\n`);
      return 1;
    }
    process.stdout.write(`round ${round} of ${times} passed in ${((performance.now() - start) / 1000).toFixed(1)} s\n`);
  }
  process.stdout.write(`${times} rounds of ${files.length} test files under load: no failure\n`);
  return 0;
}
