/** Which object of this thread stands for which thread: one thread has one object here. */
import { processHeap } from "../memory/process-heap.js";
import type { ThreadId } from "../memory/thread-table.js";
import { onRebirth } from "../platform/rebirth.js";
import { life } from "./life.js";
import type { Thread } from "./thread.js";

const known = new Map<ThreadId, WeakRef<Thread<never>>>();
onRebirth(() => known.clear());
const forget = new FinalizationRegistry<ThreadId>((id) => {
  if (known.get(id)?.deref() === undefined) known.delete(id);
});

/** Makes `thread` the object for the thread with that id. */
export function enroll(id: ThreadId, thread: Thread<never>): void {
  known.set(id, new WeakRef(thread));
  if (id === processHeap().me) life.self = thread;
  forget.register(thread, id);
}

/** @returns the object for that thread, if this thread has one */
export function findThread(id: ThreadId): Thread<never> | undefined {
  return known.get(id)?.deref();
}
