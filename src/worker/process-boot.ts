/** The file that every child process of heddle starts with: hears what it is to be, then runs its entry module. */
import { setTurn } from "../platform/waiting/timers.js";
import { installLineOutput } from "./line-output.js";
import { dieWithParent } from "./orphan-watch.js";
import { lineToStarter, UP } from "./process-line.js";
import type { ProcessBirth } from "./process-worker.js";
import { nameThisWorker, OF_THE_TERMINAL } from "./this-process.js";
import type { WorkerContext } from "./worker.js";
import { mainOf } from "./worker-main.js";

installLineOutput((_fd, write) => write());

// Main decides about those.
for (const signal of OF_THE_TERMINAL) process.on(signal, () => {});

/** What hears the messages: first the one that says what to be. */
let hear = begin as (message: unknown) => void;
/** No orphans: when the starter is gone nobody will ever ask for the result. */
let leave = (): void => process.exit();
let sayThatItLeaves = (): void => {};

const line = lineToStarter({
  onMessage: (message) => hear(message),
  onEnd: () => {
    sayThatItLeaves();
    leave();
  },
});

line.post(UP);

function begin({ name, parent, entry, data, argv }: ProcessBirth): void {
  sayThatItLeaves = dieWithParent(parent);
  nameThisWorker(name);
  // But for the file: a module that asks whether it is the program by it, and is imported here, is not.
  process.argv = [...process.argv.slice(0, 2), ...argv.slice(2)];
  hear = () => {};
  line.unref();
  const context: WorkerContext = {
    name,
    post: (message) => line.post(message),
    flush: () => line.flush(),
    onMessage: (handler) => {
      hear = handler;
    },
    ref: () => line.ref(),
    unref: () => line.unref(),
    onOrphaned: (handler) => {
      leave = handler;
    },
  };
  const boot = async (): Promise<void> => {
    const main = await mainOf(entry);
    await main(context, data);
  };
  // A failing entry module is a broken installation, not a failing task: it ends the worker as an uncaught error.
  boot().catch((error: unknown) => {
    setTurn(() => {
      throw error;
    });
  });
}
