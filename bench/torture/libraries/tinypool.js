import { Tinypool } from "tinypool";
import { say, stopBy, taskFile } from "../files.js";

export const tinypoolFace = (kind) => ({
  title: "tinypool",
  package: "tinypool",
  kind,
  can: ["abort", "timeout", "initializer"],
  open({ workers, broken }) {
    const pool = new Tinypool({
      runtime: kind === "threads" ? "worker_threads" : "child_process",
      filename: taskFile(broken),
      minThreads: workers,
      maxThreads: workers,
    });
    pool.on("error", say);
    return {
      run: (name, argument, options) => pool.run(argument, { name, signal: stopBy(options) }),
      terminate: () => pool.destroy(),
    };
  },
});
