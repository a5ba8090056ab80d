/** What a call over items needs of the core of its pool. */
import type { CallSite } from "../platform/stacks/call-site.js";
import { launchOptions, type MapOptions } from "./call-options.js";
import type { ChunkRunner } from "./items-call.js";
import type { TaskPool } from "./task-pool.js";

/** Takes the function as it is now. @throws {PickleError} if it cannot travel */
export function chunkRunner(
  core: TaskPool,
  fn: (...args: never) => unknown,
  options: MapOptions,
  site: CallSite,
): ChunkRunner {
  const taken = core.take(fn);
  const each = { ...launchOptions(options), site };
  return {
    launch: (sink, form, items, inContext) => core.launch(sink, taken, form, items, "items", { ...each, inContext }),
    release: () => taken.release(),
    room: core.load.room,
  };
}
