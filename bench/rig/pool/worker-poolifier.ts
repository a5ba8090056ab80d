/** The worker of poolifier, a thread or a process. */
import { isMainThread } from "node:worker_threads";
import { requirePeer } from "./peers.js";
import * as tasks from "./tasks.js";

type WorkerClass = new (functions: object) => object;

const { ThreadWorker, ClusterWorker } = requirePeer<Record<"ThreadWorker" | "ClusterWorker", WorkerClass>>("poolifier");
new (isMainThread ? ClusterWorker : ThreadWorker)({ ...tasks });
