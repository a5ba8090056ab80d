/**
 * Locks and threads, beside Python, the floor (bare Atomics, bare promises, bare Workers with the simplest mutex that is
 * right) and peers from npm, in one interleaved run. Jobs that count ns or us per turn take the fastest of five passes.
 * Prints JSON: the median of the rounds for each job and contestant, and how often ours goes into theirs.
 *
 *   node build/bench/sync.js [rounds]
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Case, interleave } from "./rig/rounds.js";

const rounds = Number(process.argv[2] ?? 5);
const rig = path.join(import.meta.dirname, "rig");
const python = path.resolve("bench/rig/sync.py");
const peers = path.resolve("build/bench-peers");

/** Jobs, the unit of their figures, and who can do them besides heddle. */
const JOBS = {
  lock: ["ns: acquire and release, uncontended", "python", "floor"],
  guard: ["ns: acquire and dispose of the guard, uncontended", "python", "floor", "multithreading"],
  "async-lock": ["ns: awaited acquire and release, uncontended", "floor", "async-mutex", "multithreading"],
  program: ["ms: two threads count to 2,000,000 under a lock, boot and join included", "python", "floor"],
  hot: ["ms: of that program, from the moment that both threads run", "python", "floor", "multithreading"],
  "hand-off": ["us: there and back between two threads", "python", "floor"],
  "hand-off-busy": ["us: the same while other processes are at all cores; floor: plain parking", "floor"],
  warm: [
    "us: start and join of a thread, one after another; floor: a message to a parked worker and back",
    "python",
    "floor",
  ],
  "warm-async": ["us: the same, the join awaited; floor: the events of two messages", "floor"],
  cold: ["us: start and join of a thread without the reserve", "floor"],
  memory: ["MB: each of eight more threads that wait, when two do", "floor"],
  idle: ["% of one core: ten threads that wait"],
  "idle-event": ["% of one core: sixty threads that wait for an event"],
  "idle-barrier": ["% of one core: the same at a barrier"],
  "idle-rwlock": ["% of one core: the same for a writer of a RWLock"],
  read: ["ns: acquire a RWLock for reading and release it, with sixty readers inside"],
  write: ["ns: the same for writing, uncontended"],
} as const;

function install(): void {
  mkdirSync(peers, { recursive: true });
  writeFileSync(path.join(peers, "package.json"), JSON.stringify({ private: true }));
  // A peer that cannot be had is left out.
  const args = [
    "install",
    "--no-audit",
    "--no-fund",
    "--silent",
    "--prefix",
    peers,
    "async-mutex@0.5.0",
    "multithreading@0.3.52",
  ];
  spawnSync("npm", args, { stdio: ["ignore", "ignore", "inherit"] });
}

function contestant(job: string, who: string): Case {
  if (who === "python") return { job, who, command: ["python3", python, job] };
  const file = who === "heddle" ? "sync-ours.js" : who === "floor" ? "sync-floor.js" : "sync-peers.js";
  return { job, who, command: [process.execPath, "--expose-gc", path.join(rig, file), job, who] };
}

install();
const cases = Object.entries(JOBS).flatMap(([job, [, ...others]]) =>
  ["heddle", ...others].map((who) => contestant(job, who)),
);
const medians = interleave(cases, rounds);
const figures = Object.entries(JOBS).map(([job, [what]]) => {
  const { heddle = null, ...others } = medians[job] ?? {};
  const ratios = Object.entries(others).map(([who, figure]) => [
    `${who} / heddle`,
    figure === null || heddle === null ? null : Number((figure / heddle).toPrecision(3)),
  ]);
  return { job, what, heddle, ...others, ...Object.fromEntries(ratios) };
});
console.log(
  JSON.stringify(
    { rounds, python: spawnSync("python3", ["-V"], { encoding: "utf8" }).stdout?.trim(), figures },
    null,
    2,
  ),
);
