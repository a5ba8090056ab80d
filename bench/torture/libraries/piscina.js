/** piscina, and with other options the same library at its fastest. */
import { Piscina } from "piscina";
import { say, stopBy, taskFile } from "../files.js";

export const piscinaFace = (title, more) => ({
  title,
  package: "piscina",
  kind: "threads",
  can: ["abort", "timeout", "close", "initializer"],
  open({ workers, broken }) {
    const pool = new Piscina({ filename: taskFile(broken), minThreads: workers, maxThreads: workers, ...more });
    pool.on("error", say);
    return {
      run: (name, argument, options) => pool.run(argument, { name, signal: stopBy(options) }),
      close: () => pool.close(),
      terminate: () => pool.destroy(),
    };
  },
});
