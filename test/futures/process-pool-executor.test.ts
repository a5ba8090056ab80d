import { ProcessPoolExecutor } from "heddle/futures";
import { executorContract } from "../contract/executor.js";

executorContract({
  name: "ProcessPoolExecutor",
  make: (options) => new ProcessPoolExecutor(options),
  whoAmI: () => process.pid,
});
