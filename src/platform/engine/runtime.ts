/** Facts about the place where this code runs. */
export { isMainThread } from "node:worker_threads";
