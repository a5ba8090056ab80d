/** The file that every thread of heddle starts with: takes its place in the heap, then runs its entry module. */
import { type Transferable, workerData } from "node:worker_threads";
import { joinAs } from "../memory/process-heap.js";
import { betweenThreads, installLineOutput } from "./line-output.js";
import type { ThreadBirth } from "./thread-worker.js";
import type { WorkerContext, WorkerMain } from "./worker.js";

const { id, entry, name, data, port } = workerData as ThreadBirth;
const { threads } = joinAs(id);
// However the thread ends by itself, its record says so; `process.exit` ends its program, as SystemExit in Python.
process.once("exit", (code) => threads.finish(id, code !== 0));
installLineOutput(betweenThreads());

const context: WorkerContext = {
  name,
  post: (message, transfer: readonly Transferable[] = []) => port.postMessage(message, transfer),
  flush: async () => {},
  onMessage: (handler) => {
    port.on("message", handler);
    port.unref();
  },
  ref: () => port.ref(),
};

const boot = async (): Promise<void> => {
  const module = (await import(entry)) as { main: WorkerMain };
  await module.main(context, data);
};
// A failing entry module is a broken installation, not a failing task: it ends the worker as an uncaught error.
boot().catch((error: unknown) => {
  setImmediate(() => {
    throw error;
  });
});
