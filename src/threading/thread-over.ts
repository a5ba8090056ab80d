/** Waiting for the end of a thread, whoever started it, by its record in shared memory. */
import { Patience } from "../memory/patience.js";
import { processRealm } from "../memory/process-realm.js";
import { isAliveState } from "../memory/thread-state.js";
import type { ThreadId } from "../memory/thread-table.js";
import type { Wait } from "../platform/errors/arguments.js";
import { type Attempt, blockUntil, DONE, doneUntil } from "../sync/park.js";

/** Many threads take less time than falling asleep and waking up. */
const patience = new Patience();

/** Resolves to true when the thread's `run` is over, to false when the timeout came first. */
export function threadOver(id: ThreadId, wait: Wait | undefined): Promise<boolean> {
  return doneUntil(processRealm().threads.stateWord(id), isOver(id), wait, (lately) =>
    processRealm().lookAfter(id, lately),
  );
}

/** As `threadOver`, blocking the calling thread. */
export function threadOverSync(id: ThreadId, timeout: number | undefined): boolean {
  return blockUntil(processRealm().threads.stateWord(id, patience), isOver(id), timeout, () =>
    processRealm().lookAfter(id),
  );
}

function isOver(id: ThreadId): Attempt {
  const { threads } = processRealm();
  return () => {
    const state = threads.state(id);
    return state !== undefined && isAliveState(state) ? state : DONE;
  };
}
