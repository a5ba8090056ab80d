/**
 * Preloaded into every test file (`--import`, by scripts/test.js). When the file is done it fails the file if that
 * left threads running or temporary files behind. Processes are looked for after the whole run, by scripts/leftovers.js.
 *
 * It looks in the `exit` event: by then all hooks have run, and what keeps the program alive has ended by itself.
 */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { isMainThread } from "node:worker_threads";

// Workers and child processes inherit `--import`: only the test file itself is watched.
if (isMainThread && process.argv[1]?.endsWith(".test.js")) watch(path.basename(process.argv[1]));

// On a terminal the test runner sets it, and the programs of the tests would print numbers in colours.
if (isMainThread) delete process.env["FORCE_COLOR"];

function watch(file: string): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), "hd-"));
  process.env["TMPDIR"] = folder;
  const shared = new Set(sharedFiles());
  let workers = 0;
  process.on("worker", () => workers++);
  process.on("exit", () => {
    const left = [
      ...(workers > 0 ? liveThreads() : []).map((name) => `thread ${name}`),
      ...readdirSync(folder).map((name) => `temporary file ${name}`),
      ...sharedFiles()
        .filter((name) => !shared.has(name))
        .map((name) => `shared memory ${name}`),
    ];
    rmSync(folder, { recursive: true, force: true });
    if (left.length === 0) return;
    console.error(`${file} left behind: ${left.join(", ")}`);
    process.exitCode = 1;
  });
}

/** Files of this process in shared memory: their names carry the pid. */
function sharedFiles(): string[] {
  if (process.platform !== "linux") return [];
  return readdirSync("/dev/shm").filter((name) => name.startsWith(`heddle-${process.pid}-`));
}

/** Threads of the library that still run; the exit event allows no waiting, so the module is required. */
function liveThreads(): string[] {
  const threading = createRequire(import.meta.url)("heddle/threading") as typeof import("heddle/threading");
  return threading
    .enumerate()
    .filter((thread) => thread !== threading.mainThread())
    .map((thread) => thread.name);
}
