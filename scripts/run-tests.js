// Runs test files as `node --test` does, in two rounds with one report: first those that no clock decides, as many at a time
// as there are cores; then the others, which use the cores themselves or measure time, one after another.
// Arguments: CONCURRENCY of the second round, then compiled files. Started by test.js with the flags that the files are to have.
import { setMaxListeners } from "node:events";
import os from "node:os";
import { run } from "node:test";
import { spec } from "node:test/reporters";
import { isIndependent } from "./test-files.js";

/** Longest time for one test file, in milliseconds. */
const FILE_LIMIT = 300_000;

const [concurrency, ...files] = process.argv.slice(2);
const rounds = [
  { files: files.filter(isIndependent), concurrency: os.availableParallelism() },
  { files: files.filter((file) => !isIndependent(file)), concurrency: Number(concurrency) },
].filter((round) => round.files.length > 0);

const stop = new AbortController();
setMaxListeners(0, stop.signal); // one for each file
for (const signal of ["SIGINT", "SIGTERM"]) process.once(signal, () => stop.abort());

/** Of the closing lines, in the order of the runner: what they count, over all rounds. */
const counts = new Map();

/** @returns true if the event is one of a round's closing lines, which is counted */
function isCounted({ type, data }) {
  const [, what, count] =
    (type === "test:diagnostic" && data.nesting === 0 && /^([a-z_]+) ([\d.]+)$/.exec(data.message)) || [];
  if (what === undefined || data.file !== undefined) return false;
  counts.set(what, (counts.get(what) ?? 0) + Number(count));
  return true;
}

async function* events() {
  for (const round of rounds) {
    for await (const event of run({ ...round, timeout: FILE_LIMIT, signal: stop.signal })) {
      if (event.type === "test:fail" && !event.data.todo) process.exitCode = 1;
      if (event.type !== "test:summary" && !isCounted(event)) yield event;
    }
  }
  for (const [what, count] of counts)
    yield { type: "test:diagnostic", data: { nesting: 0, message: `${what} ${count}` } };
}

const report = new spec();
report.pipe(process.stdout);
for await (const event of events()) report.write(event);
report.end();
