/** The worker of workerpool. */
import { requirePeer } from "./peers.js";
import * as tasks from "./tasks.js";

requirePeer<{ worker(functions: object): void }>("workerpool").worker({ ...tasks });
