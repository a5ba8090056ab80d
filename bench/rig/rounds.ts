/**
 * Runs cases of several contestants in turn, each in a process of its own, and compares medians. Only figures of one run
 * may be compared: the machine may be shared, so all contestants of a job meet the same load.
 */
import { spawnSync } from "node:child_process";

/** One contestant of one job. */
export interface Case {
  readonly job: string;
  readonly who: string;
  readonly command: readonly [string, ...string[]];
}

/** Medians of one job, by contestant, in the unit that the job's name tells. */
export type Figures = Record<string, Record<string, number | null>>;

/** Longest time for one case, in milliseconds. */
const LIMIT = 120_000;

/** A case prints one number on its last line; one that cannot run here prints nothing, or hangs, and is left out. */
function measure({ command: [file, ...args] }: Case): number | undefined {
  const { status, stdout } = spawnSync(file, args, {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
    timeout: LIMIT,
    killSignal: "SIGKILL",
  });
  const figure = Number.parseFloat(stdout?.trim().split("\n").at(-1) ?? "");
  return status === 0 && Number.isFinite(figure) ? figure : undefined;
}

function median(figures: readonly number[]): number | null {
  const sorted = [...figures].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? null;
}

/** @returns the medians of all cases, measured in `rounds` rounds of all of them */
export function interleave(cases: readonly Case[], rounds: number): Figures {
  const all = new Map<Case, number[]>(cases.map((each) => [each, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const [each, figures] of all) {
      const figure = measure(each);
      if (figure !== undefined) figures.push(figure);
    }
    process.stderr.write(`round ${round} of ${rounds}\n`);
  }
  const result: Figures = {};
  for (const [{ job, who }, figures] of all) (result[job] ??= {})[who] = median(figures);
  return result;
}
