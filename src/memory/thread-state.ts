/**
 * The states of a thread's record.
 *
 *   FREE ──claim──▶ STARTING ──▶ RUNNING ──▶ FINISHED ──leaves its worker, which exits──▶ GONE ──▶ (claimed again)
 *                      │            │            └──its worker is terminated──▶ ENDING ──▶ ENDED ──▶ (claimed again)
 *                      │            ├──uncaught error──▶ FAILED ──worker gone──▶ DYING
 *                      └────────────┴──terminated, crashed, killed──▶ DYING ──▶ DEAD ──▶ (claimed again, last of all)
 *
 * FINISHED and FAILED mean that `run` is over: join returns. The worker itself may live on a little, and do what `run`
 * left behind (GONE: it does not, or does other things).
 * DYING: somebody has found the death and settles the thread's half-done work; only the heap's own lock counts it as
 * dead already. DEAD: whoever takes over what it owned finds it settled. ENDING and ENDED are the same for a thread that was
 * terminated when its `run` was over: it is no dead one, but may have held what guards the library's own data.
 */
export const ThreadState = {
  FREE: 0,
  STARTING: 1,
  RUNNING: 2,
  FINISHED: 3,
  FAILED: 4,
  GONE: 5,
  DYING: 6,
  DEAD: 7,
  ENDING: 8,
  ENDED: 9,
} as const;

/** @returns true in the states in which `run` is not over */
export function isAliveState(state: number | undefined): boolean {
  return state === ThreadState.STARTING || state === ThreadState.RUNNING;
}
