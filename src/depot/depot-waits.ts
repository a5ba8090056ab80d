/** The waits for a depot that may never come: until it runs, and until it has greeted a thread. They end by themselves. */
import type { Word } from "../memory/word.js";
import { builtin } from "../platform/engine/builtin.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { millisecondsSinceBirth } from "../platform/waiting/timers.js";
import { DepotState, detailOf, phaseOf } from "./depot-protocol.js";

/** How long a depot may take to start, of which the main thread must hear first, and to greet a thread; milliseconds. */
const PATIENCE = 10_000;
/** How long to sleep before looking again, in milliseconds. */
export const SLICE = 500;

/** Milliseconds since some moment. */
type Now = () => number;

const clock: Now = millisecondsSinceBirth;

/**
 * Blocks until the depot runs.
 *
 * @param state what the heap's word DEPOT says
 * @param help called between the slices: a main thread that waits has to start what another thread has asked for
 * @returns what the word says of it
 * @throws {RuntimeError} if it could not be started, or nobody starts it; a later call may have more luck
 */
export function awaitDepot(state: Word, help: () => void, now: Now = clock): number {
  const until = now() + PATIENCE;
  for (;;) {
    help();
    const seen = state.load();
    const phase = phaseOf(seen);
    if (phase === DepotState.READY) return seen;
    if (phase === DepotState.NOBODY) throw noDepot("the main thread does not use heddle");
    if (phase === DepotState.FAILED) throw failedDepot(detailOf(seen));
    if (now() > until) throw noDepot(`the main thread did not listen for ${PATIENCE} ms`);
    state.wait(seen, SLICE);
  }
}

/**
 * Blocks until the depot has rung for the first time.
 *
 * @param listen sleeps until the bell rings, for a slice at most
 * @throws {RuntimeError} if it does not
 */
export function awaitGreeting(bell: Pick<Word, "load">, listen: () => void, now: Now = clock): void {
  const until = now() + PATIENCE;
  while (bell.load() === 0) {
    if (now() > until) throw noDepot(`it did not answer for ${PATIENCE} ms`);
    listen();
  }
}

/** @param errno why, as the system says it; 0: it does not say */
function failedDepot(errno: number): RuntimeError {
  const code = errno === 0 ? undefined : builtin("node:util").getSystemErrorName(-errno);
  if (code === undefined) return noDepot("its worker could not start, or has ended");
  return Object.assign(noDepot(`its worker could not start (${code})`), { code });
}

export function noDepot(why: string): RuntimeError {
  return new RuntimeError(`Cannot hand over what an item shares: there is no depot for it, ${why}`);
}
