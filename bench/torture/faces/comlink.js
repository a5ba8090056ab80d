/** comlink has no pool: workers in turn, and an event handler, as its users write them. */
import { Worker } from "node:worker_threads";
import * as Comlink from "comlink";
import nodeEndpoint from "comlink/dist/esm/node-adapter.mjs";
import { say, workerFile } from "../files.js";

export const face = {
  title: "comlink",
  package: "comlink",
  kind: "threads",
  can: ["initializer"],
  open({ workers, broken }) {
    const threads = Array.from({ length: workers }, () => new Worker(workerFile("comlink", broken)));
    for (const thread of threads) thread.on("error", say);
    const remotes = threads.map((thread) => Comlink.wrap(nodeEndpoint(thread)));
    let next = 0;
    return {
      run: (name, argument) => remotes[next++ % workers][name](argument),
      terminate: () => Promise.all(threads.map((thread) => thread.terminate())),
    };
  },
};
