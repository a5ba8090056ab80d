/**
 * Hashes and compresses every text file under a folder and counts its words, as a backup or an index would: in the main
 * thread, with threads, with processes. Real work, three ways, one function.
 *
 *   node build/examples/wordcount.js [folder] [--workers N] [--limit MB] [--rounds N]
 *
 * What the machine can give is measured beside it: how much faster N bare workers of Node are than one, in a loop that
 * does nothing but count. All take turns, so that a busy moment hits all alike; shown are medians.
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { gzipSync } from "node:zlib";
import { Pool, ThreadPool } from "heddle/multiprocessing";

const TEXT = /\.([cm]?[jt]sx?|json|md|txt|css|html|ya?ml)$/;

/** Files are handed out in batches of about this size: small enough to spread evenly, large enough to be worth a trip. */
const BATCH = 128 * 1024;

/** How long the bare loop shall take on one core, about, in milliseconds. */
const LOOP_MS = 300;

/** No round begins after this, in milliseconds, once there is one that counts. */
const LONGEST = 15_000;

interface TextFile {
  readonly path: string;
  readonly bytes: number;
}

/** What is known about a file: plain data, so that it can come back from anywhere. */
interface Facts {
  readonly path: string;
  readonly sha256: string;
  /** Bytes after compression. */
  readonly compressed: number;
  readonly words: number;
}

/** The work. It reads the files itself, so that only their names travel. */
function examine(paths: readonly string[]): Facts[] {
  return paths.map((file) => {
    const bytes = readFileSync(file);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    const words = bytes.toString("utf8").match(/[\p{L}\p{N}]+/gu)?.length ?? 0;
    return { path: file, sha256, compressed: gzipSync(bytes).length, words };
  });
}

/** The text files under `folder`, in a fixed order, until there are `limit` bytes of them. */
function findFiles(folder: string, limit: number): TextFile[] {
  const files: TextFile[] = [];
  let bytes = 0;
  for (const entry of readdirSync(folder, { recursive: true, encoding: "utf8" }).sort()) {
    const file = path.join(folder, entry);
    const stats = TEXT.test(entry) ? statSync(file, { throwIfNoEntry: false }) : undefined;
    if (!stats?.isFile()) continue;
    if (bytes + stats.size > limit) break;
    bytes += stats.size;
    files.push({ path: file, bytes: stats.size });
  }
  return files;
}

/** Batches of about equal size; files that are larger stand alone, and come first so that none is left for the end. */
function batches(files: readonly TextFile[]): string[][] {
  const result: string[][] = [];
  let room = 0;
  for (const file of [...files].sort((a, b) => b.bytes - a.bytes)) {
    if (room < file.bytes) {
      result.push([]);
      room = BATCH;
    }
    result.at(-1)?.push(file.path);
    room -= file.bytes;
  }
  return result;
}

/** One way to do the work. */
interface Way {
  readonly name: string;
  /** Milliseconds until its workers had started and answered. */
  readonly start: number;
  run(work: readonly string[][]): Promise<Facts[][]>;
}

async function pooled(name: string, pool: Pool | ThreadPool, from: number): Promise<Way> {
  await pool.map(() => 0, Array(pool.size * 4).fill(0), { chunkSize: 1 });
  const start = performance.now() - from;
  return { name, start, run: (work) => pool.map(examine, work, { chunkSize: 1 }) };
}

/** Runs inside a bare worker: counts as often as it is told. Plain JavaScript, nothing of heddle. */
const LOOP = `
  const { parentPort } = require("node:worker_threads");
  parentPort.on("message", (rounds) => {
    let x = 1;
    for (let i = 0; i < rounds; i++) x = (Math.imul(x, 1664525) + 1013904223) | 0;
    parentPort.postMessage(x);
  });`;

const answer = (worker: Worker): Promise<unknown> => new Promise((resolve) => worker.once("message", resolve));

/** @returns how many milliseconds these workers take for so many steps each */
async function loop(workers: readonly Worker[], steps: number): Promise<number> {
  const start = performance.now();
  const answers = workers.map(answer);
  for (const worker of workers) worker.postMessage(steps);
  await Promise.all(answers);
  return performance.now() - start;
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Ends the program with a message. */
function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}

function readOptions(): { folder: string; workers: number; limit: number; rounds: number } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      workers: { type: "string" },
      limit: { type: "string", default: "12" },
      rounds: { type: "string", default: "5" },
    },
  });
  const folder = positionals[0] ?? path.resolve(import.meta.dirname, "../../node_modules");
  const workers = Number(values.workers ?? Math.max(2, os.availableParallelism()));
  const [limit, rounds] = [Number(values.limit), Number(values.rounds)];
  if (!Number.isInteger(workers) || workers < 1)
    refuse(`--workers must be an integer, 1 or more, got ${values.workers}`);
  if (!Number.isInteger(rounds) || rounds < 1) refuse(`--rounds must be an integer, 1 or more, got ${values.rounds}`);
  if (!(limit > 0)) refuse(`--limit must be a number of megabytes above 0, got ${values.limit}`);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) refuse(`Not a folder: ${folder}`);
  return { folder, workers, limit, rounds };
}

async function main(): Promise<void> {
  const { folder, workers, limit, rounds } = readOptions();
  const files = findFiles(folder, limit * 1e6);
  if (files.length === 0) refuse(`No text files of at most ${limit} MB in ${folder}`);
  const megabytes = sum(files.map((file) => file.bytes)) / 1e6;
  console.log(`  ${files.length} text files, ${megabytes.toFixed(1)} MB: hashed, compressed, their words counted`);
  const work = batches(files);

  await using threads = new ThreadPool(workers);
  const threadWay = await pooled(`${workers} threads`, threads, performance.now());
  await using processes = new Pool(workers);
  const processWay = await pooled(`${workers} processes`, processes, performance.now());
  const main: Way = { name: "main thread", start: 0, run: async (batches) => batches.map(examine) };
  const ways = [main, threadWay, processWay];

  const bare = Array.from({ length: workers }, () => new Worker(LOOP, { eval: true }));
  await loop(bare, 1e7);
  const steps = Math.round((1e7 * LOOP_MS) / (await loop(bare.slice(0, 1), 1e7)));

  const facts: Facts[][] = [];
  const seconds = ways.map((): number[] => []);
  const ceilings: number[] = [];
  const begin = performance.now();
  // The first round warms up: every worker compiles what it runs. A busy machine gets fewer rounds.
  for (let round = 0; round <= 1 || (round <= rounds && performance.now() - begin < LONGEST); round++) {
    const alone = await loop(bare.slice(0, 1), steps);
    for (const [i, way] of ways.entries()) {
      const start = performance.now();
      const found = (await way.run(work)).flat();
      if (round === 0) facts.push(found);
      else seconds[i]?.push((performance.now() - start) / 1000);
    }
    const together = await loop(bare, steps);
    if (round > 0) ceilings.push((workers * alone) / together);
  }
  for (const worker of bare) await worker.terminate();

  const ceiling = median(ceilings);
  console.log(
    `  what this machine gives: ${workers} bare workers, in a plain loop, do ${ceiling.toFixed(2)} times as much as one`,
  );
  console.log(`  ${"".padEnd(14)} seconds    MB/s  speed-up  of that  to start`);
  const alone = median(seconds[0] ?? []);
  for (const [i, { name, start }] of ways.entries()) {
    const took = median(seconds[i] ?? []);
    const speedup = alone / took;
    const share = i === 0 ? "" : `${Math.round((100 * speedup) / ceiling)} %`;
    const begun = i === 0 ? "" : `${Math.round(start)} ms`;
    const figures = `${took.toFixed(2).padStart(7)} ${(megabytes / took).toFixed(1).padStart(7)} ${speedup.toFixed(2).padStart(9)}`;
    console.log(`  ${name.padEnd(14)} ${figures} ${share.padStart(8)} ${begun.padStart(9)}`);
  }
  console.log(
    `  medians of ${ceilings.length} round${ceilings.length === 1 ? "" : "s"}, all in turn; the start of the workers, made once, is not in the seconds`,
  );

  const [first = []] = facts;
  const [words, compressed] = [sum(first.map((file) => file.words)), sum(first.map((file) => file.compressed))];
  console.log(`  ${words} words; compressed ${(compressed / 1e6).toFixed(1)} MB`);
  const odd = ways.filter((_, i) => !isDeepStrictEqual(facts[i], first));
  if (odd.length > 0)
    refuse(`  ✗ not the same result as in the main thread: ${odd.map(({ name }) => name).join(", ")}`);
  console.log(`  ✓ all ${ways.length} ways found the same in all ${files.length} files`);
}

await main();
