/** The same jobs with libraries from npm, which `bench/sync.ts` puts into build/bench-peers: prints one number. */
import { createRequire } from "node:module";
import path from "node:path";

interface AsyncMutex {
  readonly Mutex: new () => { acquire(): Promise<() => void> };
}

const peers = createRequire(path.resolve("build/bench-peers/package.json"));
const { Mutex } = peers("async-mutex") as AsyncMutex;
const mutex = new Mutex();
const turns = 100_000;
const begin = performance.now();
for (let i = 0; i < turns; i++) (await mutex.acquire())();
console.log(((performance.now() - begin) / turns) * 1e6);
