/** Libraries of npm, which `bench/pool.ts` puts into build/bench-peers, found from wherever a bench or its worker runs. */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";

const folder = path.resolve(import.meta.dirname, "../../../bench-peers");

export const VERSIONS = {
  piscina: "5.3.2",
  tinypool: "2.2.0",
  workerpool: "10.0.3",
  poolifier: "5.3.2",
  comlink: "4.4.2",
} as const;

/** One that cannot be had is left out. */
export function installPeers(): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ private: true }));
  const packages = Object.entries(VERSIONS).map(([name, version]) => `${name}@${version}`);
  const args = ["install", "--no-audit", "--no-fund", "--silent", "--prefix", folder, ...packages];
  spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
}

/** A package that a `require` of CommonJS gets. */
export const requirePeer = <T>(name: string): T => createRequire(path.join(folder, "package.json"))(name) as T;

/** A file of a package of ES modules. */
export const importPeer = async <T>(file: string): Promise<T> =>
  (await import(pathToFileURL(path.join(folder, "node_modules", file)).href)) as T;
