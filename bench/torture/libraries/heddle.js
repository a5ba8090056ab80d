/** The pools of this library. */
import { pathToFileURL } from "node:url";
import { tasksFile } from "../files.js";

const url = pathToFileURL(tasksFile).href;

const call = async (name, argument) => (await import(url))[name](argument);

export const heddleFace = (title, kind, PoolClass) => ({
  title,
  package: "heddle",
  kind,
  can: ["abort", "timeout", "close"],
  open({ workers }) {
    const pool = new PoolClass(workers);
    return {
      async run(name, argument, options) {
        const [result] = await pool.starmap(call, [[name, argument]], { chunkSize: 1, ...options });
        return result;
      },
      async close() {
        pool.close();
        await pool.join();
      },
      terminate: () => pool.terminate(),
    };
  },
});
