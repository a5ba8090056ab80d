/**
 * Ends this process when its parent is gone, even while it computes and no event can reach it.
 *
 * A thread of its own looks at the parent's id: the system gives the children of a dead process another one. Waiting
 * for the end of an inherited pipe would tell at once, but a thread in such a read cannot be stopped, so the process
 * could not exit either; the native PR_SET_PDEATHSIG fires when the *thread* that started the process ends.
 */
import { Worker } from "node:worker_threads";

/** Milliseconds between two looks. */
const INTERVAL = 250;

const WATCH = `
const { parent, interval } = require("node:worker_threads").workerData;
const nothing = new Int32Array(new SharedArrayBuffer(4));
for (;;) {
  Atomics.wait(nothing, 0, 0, interval);
  if (process.ppid !== parent) process.kill(process.pid, "SIGKILL");
}`;

/**
 * Watches from now on; does not keep the process alive.
 * @param parent as the parent knows its own id: it may be dead already, and this process another's child
 */
export function dieWithParent(parent: number): void {
  const watch = new Worker(WATCH, {
    eval: true,
    workerData: { parent, interval: INTERVAL },
    env: {},
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: 8, maxYoungGenerationSizeMb: 2, stackSizeMb: 1 },
  });
  watch.unref();
}
