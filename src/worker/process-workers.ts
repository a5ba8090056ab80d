/** Starts the processes of a pool. */
import { PROCESS } from "../pickle/destination.js";
import type { ProcessLimits } from "./flags.js";
import { ProcessWorker } from "./process-worker.js";
import type { WorkerFactory, WorkerSpec } from "./worker.js";

/**
 * @param limits of each process
 * @param inspectPort where a debugger may connect to the first one; each of those that live at the same time has a port of its
 * own from there on. With 0 the system chooses all of them
 */
export function processWorkers(inspectPort: number | undefined, limits?: ProcessLimits): WorkerFactory {
  const taken = new Set<number>();
  const start = (spec: WorkerSpec): ProcessWorker => {
    const port = inspectPort && freeFrom(inspectPort, taken);
    const onExit: WorkerSpec["onExit"] = (exit) => {
      taken.delete(port ?? 0);
      spec.onExit(exit);
    };
    const worker = new ProcessWorker({ ...spec, onExit }, { inspectPort: port, limits, leavesByItself: true });
    if (port) taken.add(port);
    return worker;
  };
  return { destination: PROCESS, start };
}

function freeFrom(port: number, taken: ReadonlySet<number>): number {
  while (taken.has(port)) port++;
  return port;
}
