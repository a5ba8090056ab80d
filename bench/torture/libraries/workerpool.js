import workerpool from "workerpool";
import { workerFile } from "../files.js";

export const workerpoolFace = (kind) => ({
  title: "workerpool",
  package: "workerpool",
  kind,
  can: ["abort", "timeout", "close", "initializer"],
  open({ workers, broken }) {
    const workerType = kind === "threads" ? "thread" : "process";
    const pool = workerpool.pool(workerFile("workerpool", broken), {
      minWorkers: workers,
      maxWorkers: workers,
      workerType,
    });
    return {
      run(name, argument, { signal, timeout }) {
        const task = pool.exec(name, [argument]);
        signal?.addEventListener("abort", () => void task.cancel(), { once: true });
        return timeout === undefined ? task : task.timeout(timeout);
      },
      close: () => pool.terminate(),
      terminate: () => pool.terminate(true),
    };
  },
});
