/** The end of a worker in words. */
import { builtin } from "../platform/engine/builtin.js";
import type { WorkerExit } from "./worker.js";

/** @returns as in "the process ... was killed by SIGKILL" */
export function exitInWords({ exitcode }: WorkerExit): string {
  if (exitcode === null) return "ended";
  return exitcode < 0 ? `was killed by ${signalNamed(-exitcode)}` : `ended with exit code ${exitcode}`;
}

function signalNamed(number: number): string {
  const { signals } = builtin("node:os").constants;
  const known = Object.entries(signals).find(([, value]) => value === number);
  return known?.[0] ?? `signal ${number}`;
}
