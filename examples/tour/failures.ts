/** Whether a program of the tour did what it says. */
import type { Expectation } from "./expect.js";
import type { Run } from "./program.js";

/**
 * A busy machine may be slow for a moment: only what fails twice has failed.
 *
 * @param again runs the program once more; called if a check fails
 * @returns for each check why it failed; undefined if it did not
 */
export async function failuresOf(
  expectation: Pick<Expectation, "checks">,
  run: Run,
  again: () => Promise<Run>,
): Promise<(string | undefined)[]> {
  const first = reasons(expectation, run);
  return first.some((reason) => reason !== undefined) ? reasons(expectation, await again()) : first;
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
