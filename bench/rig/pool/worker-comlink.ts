/** The worker of comlink. */
import { parentPort } from "node:worker_threads";
import { requirePeer } from "./peers.js";
import * as tasks from "./tasks.js";

const adapter = requirePeer<(port: unknown) => unknown>("comlink/dist/umd/node-adapter.js");
requirePeer<{ expose(functions: object, endpoint: unknown): void }>("comlink").expose(
  { ...tasks },
  adapter(parentPort),
);
