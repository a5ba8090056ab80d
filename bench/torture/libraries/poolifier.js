import { FixedClusterPool, FixedThreadPool } from "poolifier";
import { say, stopBy, workerFile } from "../files.js";

export const poolifierFace = (kind) => ({
  title: "poolifier",
  package: "poolifier",
  kind,
  can: ["abort", "timeout", "initializer"],
  open({ workers, broken }) {
    const Pool = kind === "threads" ? FixedThreadPool : FixedClusterPool;
    const file = workerFile(`poolifier-${kind}`, broken);
    const pool = new Pool(workers, file, { enableTasksQueue: true, errorHandler: say });
    pool.emitter?.on("error", say);
    return {
      run: (name, argument, options) => pool.execute(argument, name, stopBy(options)),
      terminate: () => pool.destroy(),
    };
  },
});
