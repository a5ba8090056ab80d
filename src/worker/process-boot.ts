/** The file that every child process of heddle starts with: hears what it is to be, then runs its entry module. */
import { installLineOutput } from "./line-output.js";
import { mainOf } from "./mains.js";
import { dieWithParent } from "./orphan-watch.js";
import type { ProcessBirth } from "./process-worker.js";
import { nameThisWorker } from "./this-worker.js";
import type { WorkerContext } from "./worker.js";

installLineOutput((_fd, write) => write());
// No orphans: when the parent is gone nobody will ever ask for the result.
process.once("disconnect", () => process.exit());

/** Messages that the channel has not taken yet: exiting now would lose them. */
const unsent = new Set<Promise<void>>();

function post(message: unknown): void {
  // A parent that is gone needs no answer; the `disconnect` above ends this process.
  let arrived = (): void => {};
  const sent = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  // Outside of the promise: what cannot be sent is refused here, to the caller, as a port would.
  process.send?.(message, undefined, undefined, () => arrived());
  unsent.add(sent);
  void sent.then(() => unsent.delete(sent));
}

process.once("message", (birth: ProcessBirth) => {
  dieWithParent(birth.parent);
  nameThisWorker(birth.name);
  const context: WorkerContext = {
    name: birth.name,
    post,
    flush: async () => {
      while (unsent.size > 0) await Promise.all(unsent);
    },
    onMessage: (handler) => {
      process.on("message", handler);
      process.channel?.unref();
    },
    ref: () => process.channel?.ref(),
  };
  process.channel?.unref();
  const boot = async (): Promise<void> => {
    const main = await mainOf(birth.entry);
    await main(context, birth.data);
  };
  // A failing entry module is a broken installation, not a failing task: it ends the worker as an uncaught error.
  boot().catch((error: unknown) => {
    setImmediate(() => {
      throw error;
    });
  });
});
