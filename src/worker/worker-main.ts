/** What workers can run: the `main` of a module, by its address. */
import { ownModule } from "../platform/modules/own-modules.js";
import type { WorkerMain } from "./worker.js";

const mains = new Map<string, WorkerMain>();

/** Called by a module that workers load with their boot file: then nothing must be looked for. */
export function provideMain(url: string, main: WorkerMain): void {
  mains.set(url, main);
}

/** @returns the `main` of the module at that address */
export async function mainOf(url: string): Promise<WorkerMain> {
  let main = mains.get(url);
  if (main === undefined) {
    ({ main } = (ownModule(url) ?? (await import(url))) as { main: WorkerMain });
    mains.set(url, main);
  }
  return main;
}
