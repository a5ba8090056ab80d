import { ThreadPoolExecutor } from "heddle/futures";
import { currentThread } from "heddle/threading";
import { executorContract } from "../contract/executor.js";

executorContract({
  name: "ThreadPoolExecutor",
  make: (options) => new ThreadPoolExecutor(options),
  whoAmI: () => currentThread().name,
});
