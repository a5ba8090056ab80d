/** The pools of this library. */
import { pathToFileURL } from "node:url";
import { tasksFile } from "../files.js";

const url = pathToFileURL(tasksFile).href;

const call = async (name, argument) => (await import(url))[name](argument);

const fail = () => {
  throw new Error("no database");
};

export const heddleFace = (title, kind, PoolClass) => ({
  title,
  package: "heddle",
  kind,
  can: ["abort", "timeout", "close", "initializer"],
  open({ workers, broken }) {
    const pool = new PoolClass({ processes: workers, ...(broken && { initializer: fail }) });
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
