/** An error that ends a thread which is no Thread, such as a pool's between two calls: nobody can ask for it. */
import type { ThreadId } from "../memory/thread-table.js";
import { countPrinted } from "../worker/untaken-failures.js";
import { tellOfError } from "./excepthook.js";
import { makeHandle } from "./revival.js";
import { findThread } from "./roster.js";
import { Thread } from "./thread.js";

/** To be called by the thread that started it. */
export function tellOfStray(error: unknown, { id, name }: { readonly id: ThreadId; readonly name: string }): void {
  if (tellOfError(error, findThread(id) ?? makeHandle(Thread, id, { name, daemon: true }))) countPrinted();
}
