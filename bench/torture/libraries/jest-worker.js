import { Worker } from "jest-worker";
import { taskFile } from "../files.js";
import * as tasks from "../tasks.js";

export const jestFace = (kind) => ({
  title: "jest-worker",
  package: "jest-worker",
  kind,
  can: ["initializer"],
  open({ workers, broken }) {
    const pool = new Worker(taskFile(broken), {
      numWorkers: workers,
      enableWorkerThreads: kind === "threads",
      exposedMethods: Object.keys(tasks),
    });
    return {
      run: (name, argument) => pool[name](argument),
      terminate: () => pool.end(),
    };
  },
});
