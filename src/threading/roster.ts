/** Which object of this thread stands for which thread: one thread has one object here. */
import { processRealm } from "../memory/process-realm.js";
import type { ThreadId } from "../memory/thread-table.js";
import { onRebirth } from "../platform/engine/this-thread.js";
import type { Thread } from "./thread.js";

const known = new Map<ThreadId, WeakRef<Thread<never>>>();
/** The object for this thread itself; kept alive: `currentThread()` is the same object at every call. */
let self: Thread<never> | undefined;
onRebirth(() => {
  known.clear();
  self = undefined;
});
const forget = new FinalizationRegistry<ThreadId>((id) => {
  if (known.get(id)?.deref() === undefined) known.delete(id);
});

/** Makes `thread` the object for the thread with that id. */
export function enroll(id: ThreadId, thread: Thread<never>): void {
  known.set(id, new WeakRef(thread));
  if (id === processRealm().me) self = thread;
  forget.register(thread, id);
}

/** @returns the object for that thread, if this thread has one */
export function findThread(id: ThreadId): Thread<never> | undefined {
  return known.get(id)?.deref();
}

/** @returns the object for the calling thread, if there is one yet */
export function ownThread(): Thread<never> | undefined {
  return self;
}
