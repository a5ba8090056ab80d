/** What the code of a child process, and of the threads in it, may know about the process. */
import { getEnvironmentData, setEnvironmentData } from "node:worker_threads";

const KEY = "heddle.process";

/** The boot file tells what its starter called it; threads that are born later inherit that. */
export function nameThisWorker(name: string): void {
  setEnvironmentData(KEY, name);
}

/** @returns the name that the starter gave this process; undefined in a process that heddle has not started */
export function thisWorkerName(): string | undefined {
  return getEnvironmentData(KEY) as string | undefined;
}
