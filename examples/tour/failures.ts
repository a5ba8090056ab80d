/** Whether a program of the tour did what it says. */
import type { Expectation } from "./expect.js";
import type { Run } from "./program.js";

/** From here on a machine is busy: the start of threads takes a good part of the second by which the programs' sleeps differ. */
const BUSY = 1.5;
/** Most runs of a program on a busy machine. */
const RUNS = 5;

/**
 * A busy machine may be slow for a moment: only what fails twice has failed, and where the machine is still busy in that
 * run, what fails each of five times.
 *
 * @param again runs the program once more; called if a check fails
 * @returns for each check why it failed in the last run; undefined if it did not
 */
export async function failuresOf(
  expectation: Pick<Expectation, "checks">,
  run: Run,
  again: () => Promise<Run>,
): Promise<(string | undefined)[]> {
  let last = run;
  let found = reasons(expectation, run);
  for (let runs = 1; found.some((reason) => reason !== undefined) && mayRunAgain(runs, last); runs++) {
    last = await again();
    found = reasons(expectation, last);
  }
  return found;
}

function mayRunAgain(runs: number, { slowness }: Run): boolean {
  return runs === 1 || (runs < RUNS && slowness > BUSY);
}

function reasons({ checks }: Pick<Expectation, "checks">, run: Run): (string | undefined)[] {
  return checks.map((check) => {
    try {
      check.check(run);
      return undefined;
    } catch (error) {
      return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, " ");
    }
  });
}
