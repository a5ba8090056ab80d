/** multithreading has one pool a program, and takes functions that capture nothing. */
import { pathToFileURL } from "node:url";
import { tasksFile } from "../files.js";

export const face = {
  title: "multithreading",
  package: "multithreading",
  kind: "threads",
  can: [],
  async open({ workers }) {
    const { initRuntime, move, shutdown, spawn } = await import("multithreading");
    initRuntime({ maxWorkers: workers });
    const url = pathToFileURL(tasksFile).href;
    return {
      async run(name, argument) {
        const body = async (file, task, value) => (await import(file))[task](value);
        const result = await spawn(move(url, name, argument), body).join();
        if (result.ok) return result.value;
        throw result.error;
      },
      terminate: async () => shutdown(),
    };
  },
};
