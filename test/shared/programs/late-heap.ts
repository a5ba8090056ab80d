/** The workers are older than the heap: one adopts it, the other has made its own. */
import { once } from "node:events";
import { Worker } from "node:worker_threads";
import { SharedDict, share, Value } from "heddle/shared";

const file = new URL("./raw-worker.js", import.meta.url);
const [willing, stubborn] = [new Worker(file), new Worker(file)];
await Promise.all([once(willing, "online"), once(stubborn, "online")]);
const value = new Value("i32", 41);
willing.postMessage({ kind: "call", message: share(() => value.add(1)) });
console.log((await once(willing, "message"))[0], value.value);
stubborn.postMessage({ kind: "own heap first", message: share(new SharedDict()) });
console.log((await once(stubborn, "message"))[0]);
await Promise.all([willing.terminate(), stubborn.terminate()]);
