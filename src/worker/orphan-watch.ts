/**
 * Ends this process when whoever started it is gone, even while it computes and no event can reach it.
 *
 *   BUSY ──the event loop has heard of it, and ends the process──▶ LEAVING
 *     └──PATIENCE──▶ killed                                          └──FAREWELL──▶ killed
 *
 * A thread of its own holds one end of a pipe. The system closes the other one when the process that started this one is
 * gone, however that ended, and Node does when it was a thread that was terminated. The native PR_SET_PDEATHSIG fires when
 * the *thread* of the system that started the process ends, and knows no others; a thread that blocks in reading the pipe
 * could not be stopped, so that this process could not exit either.
 */
import { Worker } from "node:worker_threads";
import { SharedWord } from "../memory/word.js";
import { LIFE } from "./process-line.js";

const BUSY = 0;
const LEAVING = 1;

/** How long an event loop that turns may take to hear of the end, in milliseconds. */
const PATIENCE = 250;

/** How long this process may take to leave when its starter is gone, in milliseconds. */
const FAREWELL = 1000;

const WATCH = `
const { cell, life, parent, BUSY, LEAVING, PATIENCE, FAREWELL } = require("node:worker_threads").workerData;
const end = () => {
  Atomics.wait(cell, 0, BUSY, PATIENCE);
  Atomics.wait(cell, 0, LEAVING, FAREWELL);
  process.kill(process.pid, "SIGKILL");
};
if (life === undefined) setInterval(() => process.ppid !== parent && end(), PATIENCE);
else new (require("node:net").Socket)({ fd: life, readable: true, writable: false }).on("error", () => {}).on("close", end).resume();
`;

/**
 * Watches from now on; does not keep the process alive.
 * @param parent id of the process that started this one, for where there is no pipe
 * @returns to be called when the event loop has heard of the end, and this process leaves
 */
export function dieWithParent(parent: number): () => void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  const watch = new Worker(WATCH, {
    eval: true,
    workerData: { cell, life: LIFE, parent, BUSY, LEAVING, PATIENCE, FAREWELL },
    env: {},
    execArgv: [],
    // It prints nothing; else Node would pipe its output to this thread's, and hear that stream's errors.
    stdout: true,
    stderr: true,
    // Node itself takes 5 to 7 MB of it: without the watch a busy orphan would stay for ever.
    resourceLimits: { maxOldGenerationSizeMb: 32, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  watch.unref();
  return () => {
    const state = new SharedWord(cell, 0);
    state.store(LEAVING);
    state.notify(1);
  };
}
