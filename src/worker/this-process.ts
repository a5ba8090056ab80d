/** What the code of a child process, and of the threads in it, may know about the process, and what a terminal sends to it. */
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

/**
 * What a terminal sends to the whole group of processes. What to do about it is decided by the program, whose main process
 * hears it as well: without a listener it dies of it, and its processes with it.
 */
export const OF_THE_TERMINAL: readonly NodeJS.Signals[] =
  process.platform === "win32" ? ["SIGINT"] : ["SIGINT", "SIGQUIT", "SIGHUP"];
