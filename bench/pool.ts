/**
 * Pools of two workers, beside Python, the floor (one message a task to bare workers) and libraries from npm at their best settings,
 * in one interleaved run. Prints JSON: the median of the rounds for each job and contestant, and how often ours goes into theirs.
 *
 *   node build/bench/pool.js [rounds] [jobs]
 */
import { spawnSync } from "node:child_process";
import path from "node:path";
import { installPeers, VERSIONS } from "./rig/pool/peers.js";
import { type Case, interleave } from "./rig/rounds.js";

const rounds = Number(process.argv[2] ?? 3);
const folder = path.join(import.meta.dirname, "rig/pool");
const python = path.resolve("bench/rig/pool/pool.py");

const PEERS = ["piscina", "tinypool", "workerpool", "poolifier", "comlink"] as const;
const FORKS = ["tinypool", "workerpool", "poolifier"] as const;

/** Jobs, the unit of their figures, and who can do them besides heddle. Those of processes end in `-processes`. */
const JOBS: Record<string, readonly [what: string, ...others: string[]]> = {
  many: ["us a task: 50,000 no-ops in flight", "executor", "floor", ...PEERS, "python"],
  async: ["us a task: the same, async", "floor", "piscina", "tinypool"],
  objects: ["us a task: objects of 1 KB there and back, 20,000 in flight", "floor", "piscina", "tinypool", "python"],
  single: ["us a task: one after another", "executor", "floor", ...PEERS, "python"],
  "single-busy": ["us a task: the same while other programs are at all cores", "floor", "piscina"],
  "map-1": ["us an item: map of 100,000 numbers, chunkSize 1", "poolifier", "python"],
  "map-auto": ["us an item: the same, the chunks that the pool chooses", "poolifier", "python"],
  "map-numeric": ["us an item: the same, of a Float64Array", "python"],
  "shared-buffer": ["us a task: a SharedArrayBuffer as argument, one after another", "floor", "piscina"],
  cpu: ["ms a task: computing, two at once", "floor", "piscina"],
  stream: ["us an item: 1,000,000 numbers through imapUnordered", "python"],
  "stream-memory": ["MB: by how much the program grows meanwhile"],
  start: ["ms: from import to the results of five items; floor: three bare workers", "floor", ...PEERS],
  idle: ["% of one core: a pool with nothing to do", "floor", "piscina"],
  "many-processes": ["us a task: 50,000 no-ops in flight", "executor", "floor", ...FORKS, "python"],
  "single-processes": ["us a task: one after another", "floor", ...FORKS],
  "map-auto-processes": ["us an item: map of 100,000 numbers, chosen chunks", "poolifier", "python"],
  "start-processes": ["ms: from import to the results of five items; floor: three bare forks", "floor", ...FORKS],
};

function contestant(job: string, who: string): Case {
  if (who === "python")
    return { job, who, command: ["python3", python, job.replace(/^(.*)-processes$/, "processes-$1")] };
  const [, name = "", kind = ""] = /^(.*?)(-processes)?$/.exec(job) ?? [];
  return { job, who, command: [process.execPath, "--expose-gc", path.join(folder, "case.js"), name, who + kind] };
}

const chosen = process.argv[3]?.split(",") ?? Object.keys(JOBS);
installPeers();
const cases = chosen.flatMap((job) => ["heddle", ...(JOBS[job]?.slice(1) ?? [])].map((who) => contestant(job, who)));
const medians = interleave(cases, rounds);
const figures = chosen.map((job) => {
  const { heddle = null, ...others } = medians[job] ?? {};
  const ratios = Object.entries(others).map(([who, figure]) => [
    `${who} / heddle`,
    figure === null || heddle === null ? null : Number((figure / heddle).toPrecision(3)),
  ]);
  return { job, what: JOBS[job]?.[0], heddle, ...others, ...Object.fromEntries(ratios) };
});
const version = spawnSync("python3", ["-V"], { encoding: "utf8" }).stdout?.trim();
console.log(JSON.stringify({ rounds, python: version, peers: VERSIONS, figures }, null, 2));
