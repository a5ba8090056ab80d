/** Which threads there are, seen from the calling one. */
import { processRealm } from "../memory/process-realm.js";
import type { ThreadId } from "../memory/thread-table.js";
import { askToStop } from "../worker/current-task.js";
import { findThread, ownThread } from "./roster.js";
import { Thread, threadHandle } from "./thread.js";

function threadOf(id: ThreadId): Thread<never> {
  return findThread(id) ?? threadHandle(id);
}

/** @returns the thread that the calling code runs in. Python: threading.current_thread */
export function currentThread(): Thread<never> {
  return ownThread() ?? threadOf(processRealm().me);
}

/** This thread has been asked to stop. */
export function stopCurrentThread(): void {
  askToStop();
  Thread.stop(currentThread());
}

/** @returns the thread that the program started with. Python: threading.main_thread */
export function mainThread(): Thread<never> {
  return threadOf(processRealm().threads.main);
}

/** @returns all threads that are alive, the main thread and daemons included. Python: threading.enumerate */
export function enumerate(): Thread<never>[] {
  return processRealm().living().map(threadOf);
}

/** @returns how many threads are alive. Python: threading.active_count */
export function activeCount(): number {
  return processRealm().living().length;
}

/** @returns the calling thread's `nativeId`; undefined where the platform does not tell. Python: threading.get_native_id */
export function getNativeId(): number | undefined {
  const { threads, me } = processRealm();
  return threads.nativeId(me) || undefined;
}

/** @returns the calling thread's `ident`, an integer above 0. Python: threading.get_ident */
export function getIdent(): number {
  return processRealm().me;
}
