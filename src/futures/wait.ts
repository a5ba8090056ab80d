/** Waits for several futures at once. */
import { Deferred } from "../future/deferred.js";
import { waitFor } from "../future/wait-for.js";
import { checkWait, describe, type Wait } from "../platform/errors/arguments.js";
import { rangeError } from "../platform/errors/errors.js";
import { throwIfStopped } from "../platform/waiting/stoppable.js";
import { type Future, hasFailed, whenDone } from "./future.js";
import { futuresOf } from "./futures-of.js";

/** When `wait` returns: when all are done, when one is, or when one has failed (or all are done). */
export type ReturnWhen = "ALL_COMPLETED" | "FIRST_COMPLETED" | "FIRST_EXCEPTION";

/** Options of `wait`. */
export interface WaitOptions extends Wait {
  /** Default: `"ALL_COMPLETED"`. */
  returnWhen?: ReturnWhen;
}

/** What `wait` has found. Cancelled futures are done. */
export interface DoneAndNotDone<F> {
  readonly done: Set<F>;
  readonly notDone: Set<F>;
}

const CHOICES: readonly unknown[] = ["ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"] satisfies ReturnWhen[];

/**
 * Waits until the futures are done, or as many of them as `returnWhen` says, or until the time is up: that is no error.
 * Nobody is given their errors by it: ask those that are done. A future that is given twice counts once.
 *
 * @throws {TypeError | RangeError} for wrong arguments
 * @throws `signal.reason` when the signal is aborted, which cancels none of the futures
 */
export async function wait<F extends Future<unknown>>(
  futures: Iterable<F>,
  options: WaitOptions = {},
): Promise<DoneAndNotDone<F>> {
  const all = futuresOf("wait", futures);
  checkWait("wait", options, ["returnWhen"]);
  const { returnWhen = "ALL_COMPLETED", ...limits } = options;
  if (!CHOICES.includes(returnWhen))
    throw rangeError(`wait: returnWhen must be one of ${CHOICES.join(", ")}, got ${describe(returnWhen)}`);
  throwIfStopped(limits);
  await enoughDone(all, returnWhen, limits);
  const done = new Set<F>();
  const notDone = new Set<F>();
  for (const future of all) (future.done ? done : notDone).add(future);
  return { done, notDone };
}

async function enoughDone(all: ReadonlySet<Future<unknown>>, returnWhen: ReturnWhen, limits: Wait): Promise<void> {
  const ends = (future: Future<unknown>): boolean =>
    returnWhen === "FIRST_COMPLETED" || (returnWhen === "FIRST_EXCEPTION" && hasFailed(future));
  const open = [...all].filter((future) => !future.done);
  let left = open.length;
  if (left === 0 || [...all].some((future) => future.done && ends(future))) return;
  const enough = new Deferred<void>();
  const takeBack = open.map((future) =>
    whenDone(future, () => {
      if (--left === 0 || ends(future)) enough.resolve();
    }),
  );
  try {
    await waitFor(enough, limits);
  } finally {
    for (const each of takeBack) each();
  }
}
