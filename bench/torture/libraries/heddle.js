/** The pools and executors of this library. */
import { pathToFileURL } from "node:url";
import { tasksFile } from "../files.js";

const url = pathToFileURL(tasksFile).href;

const call = async (name, argument) => (await import(url))[name](argument);

const failing = () => {
  throw new Error("no database");
};

const common = (title, kind) => ({
  title,
  package: "heddle",
  kind,
  can: ["abort", "timeout", "close", "initializer"],
});

export const poolFace = (title, kind, PoolClass) => ({
  ...common(title, kind),
  open({ workers, broken }) {
    const pool = new PoolClass({ processes: workers, ...(broken && { initializer: failing }) });
    return {
      run: (name, argument, options) => pool.with(options).run(call, name, argument),
      async close() {
        pool.close();
        await pool.join();
      },
      terminate: () => pool.terminate(),
    };
  },
});

export const executorFace = (title, kind, ExecutorClass) => ({
  ...common(title, kind),
  open({ workers, broken }) {
    const executor = new ExecutorClass({ maxWorkers: workers, ...(broken && { initializer: failing }) });
    return {
      run: (name, argument, options) => executor.with(options).submit(call, name, argument),
      close: () => executor.shutdown(),
      terminate: () => executor.terminateWorkers(),
    };
  },
});
