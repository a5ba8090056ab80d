import { ThreadWorker } from "poolifier";
import * as tasks from "../tasks.js";

// biome-ignore lint/style/noDefaultExport: the library's documented form
export default new ThreadWorker({ ...tasks });
