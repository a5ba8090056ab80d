/**
 * Counts the words of every text file under a folder, hashes and compresses each file: in the main thread, with threads,
 * with processes. Real work, three ways, one function.
 *
 *   node build/examples/wordcount.js [folder] [--workers N] [--limit MB]
 */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { isDeepStrictEqual, parseArgs } from "node:util";
import { gzipSync } from "node:zlib";
import { Pool, ThreadPool } from "heddle/multiprocessing";

const TEXT = /\.([cm]?[jt]sx?|json|md|txt|css|html|ya?ml)$/;

/** Files are handed out in batches of about this size: small enough to spread evenly, large enough to be worth a trip. */
const BATCH = 512 * 1024;

interface TextFile {
  readonly path: string;
  readonly bytes: number;
}

/** What is known about a batch of files: plain data, so that it can come back from anywhere. */
interface Count {
  readonly words: Map<string, number>;
  readonly files: Map<string, FileFacts>;
}

interface FileFacts {
  readonly sha256: string;
  /** Bytes after compression. */
  readonly compressed: number;
}

/** The work. It reads the files itself, so that only their names travel. */
function countWords(paths: readonly string[]): Count {
  const words = new Map<string, number>();
  const files = new Map<string, FileFacts>();
  for (const file of paths) {
    const bytes = readFileSync(file);
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    files.set(file, { sha256, compressed: gzipSync(bytes).length });
    for (const [word] of bytes
      .toString("utf8")
      .toLowerCase()
      .matchAll(/[\p{L}\p{N}]+/gu)) {
      words.set(word, (words.get(word) ?? 0) + 1);
    }
  }
  return { words, files };
}

/** Adds up the counts of all batches. */
function total(counts: readonly Count[]): Count {
  const words = new Map<string, number>();
  for (const count of counts) for (const [word, n] of count.words) words.set(word, (words.get(word) ?? 0) + n);
  return { words, files: new Map(counts.flatMap((count) => [...count.files])) };
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

/** A bar on the terminal; nothing where there is none. */
function showProgress(label: string, done: number, all: number): void {
  if (!process.stderr.isTTY) return;
  const width = 30;
  const filled = Math.round((width * done) / all);
  process.stderr.write(`\r  ${label.padEnd(12)} ${"█".repeat(filled)}${"░".repeat(width - filled)} ${done}/${all} `);
  if (done === all) process.stderr.write("\r\x1b[K");
}

/** One way to do the work: a name, and what counts all batches. */
interface Way {
  readonly name: string;
  count(work: readonly string[][], onProgress: (done: number) => void): Promise<Count[]>;
}

function ways(workers: number): Way[] {
  return [
    {
      name: "main thread",
      count: async (work, onProgress) =>
        work.map((batch, i) => {
          const count = countWords(batch);
          onProgress(i + 1);
          return count;
        }),
    },
    {
      name: `${workers} threads`,
      count: async (work, onProgress) => {
        await using pool = new ThreadPool(workers);
        return await pool.map(countWords, work, { chunkSize: 1, onProgress });
      },
    },
    {
      name: `${workers} processes`,
      count: async (work, onProgress) => {
        await using pool = new Pool(workers);
        return await pool.map(countWords, work, { chunkSize: 1, onProgress });
      },
    },
  ];
}

/** Ends the program with a message. */
function refuse(message: string): never {
  console.error(message);
  process.exit(1);
}

function readOptions(): { folder: string; workers: number; limit: number } {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { workers: { type: "string" }, limit: { type: "string", default: "64" } },
  });
  const folder = positionals[0] ?? path.resolve(import.meta.dirname, "../../node_modules");
  const workers = Number(values.workers ?? Math.max(2, os.availableParallelism()));
  const limit = Number(values.limit);
  if (!Number.isInteger(workers) || workers < 1)
    refuse(`--workers must be an integer, 1 or more, got ${values.workers}`);
  if (!(limit > 0)) refuse(`--limit must be a number of megabytes above 0, got ${values.limit}`);
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) refuse(`Not a folder: ${folder}`);
  return { folder, workers, limit };
}

async function main(): Promise<void> {
  const { folder, workers, limit } = readOptions();
  const files = findFiles(folder, limit * 1e6);
  if (files.length === 0) refuse(`No text files of at most ${limit} MB in ${folder}`);
  const megabytes = files.reduce((sum, file) => sum + file.bytes, 0) / 1e6;
  console.log(`  ${files.length} text files, ${megabytes.toFixed(1)} MB (at most ${limit} MB are taken)`);

  const work = batches(files);
  const results: { name: string; seconds: number; count: Count }[] = [];
  for (const { name, count } of ways(workers)) {
    const start = performance.now();
    const counts = await count(work, (done) => showProgress(name, done, work.length));
    results.push({ name, count: total(counts), seconds: (performance.now() - start) / 1000 });
  }
  const [first] = results;
  if (first === undefined) return;

  console.log(`  ${"".padEnd(14)} seconds    MB/s  speed-up`);
  for (const { name, seconds } of results) {
    const figures = [seconds.toFixed(2), (megabytes / seconds).toFixed(1), (first.seconds / seconds).toFixed(2)];
    console.log(
      `  ${name.padEnd(14)} ${figures[0]?.padStart(7)} ${figures[1]?.padStart(7)} ${figures[2]?.padStart(9)}`,
    );
  }
  const compressed = [...first.count.files.values()].reduce((sum, file) => sum + file.compressed, 0) / 1e6;
  const common = [...first.count.words].sort(([, a], [, b]) => b - a).slice(0, 5);
  console.log(
    `  most frequent: ${common.map(([word, n]) => `${word} ${n}`).join(", ")}; compressed: ${compressed.toFixed(1)} MB`,
  );
  const odd = results.filter(({ count }) => !isDeepStrictEqual(count, first.count));
  if (odd.length > 0)
    refuse(`  ✗ not the same result as in the main thread: ${odd.map(({ name }) => name).join(", ")}`);
  console.log(`  ✓ all ${results.length} ways found the same: ${first.count.words.size} words, ${files.length} files`);
}

await main();
