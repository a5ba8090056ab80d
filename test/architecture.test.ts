/** The architecture, held by a test: see ARCHITECTURE.md for the rows. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { root } from "./rig/root.js";
import { brokenRules } from "./rig/source-rules.js";

test("src: every rule of the architecture holds", () => {
  const src = path.join(root, "src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  assert.ok(files.length > 10, "src was not found");
  const sources = files.map(
    (name) => [name.split(path.sep).join("/"), readFileSync(path.join(src, name), "utf8")] as const,
  );
  assert.deepEqual(brokenRules(new Map(sources)), []);
});

describe("brokenRules", () => {
  const catches = (file: string, text: string, what: RegExp): void => {
    const broken = brokenRules(new Map([[file, text]]));
    assert.equal(broken.length, 1, `${broken.length} rules broken by ${text}`);
    assert.match(broken[0] ?? "", what);
  };
  const allows = (file: string, text: string): void => assert.deepEqual(brokenRules(new Map([[file, text]])), []);

  test("an import may point down only", () => {
    catches("memory/word.ts", 'import { Mutex } from "../sync/mutex.js";', /imports sync\/mutex\.js/);
    catches("memory/word.ts", 'export type { Mutex } from "../sync/mutex.js";', /imports sync\/mutex\.js/);
    catches("memory/word.ts", 'const mutex = await import("../sync/mutex.js");', /imports sync\/mutex\.js/);
    allows("sync/mutex.ts", 'import { Word } from "../memory/word.js";');
    allows("sync/mutex.ts", 'import { park } from "./park.js"; // not from "../pool/pool.js"');
  });

  test("siblings do not import each other", () => {
    catches("sync/mutex.ts", 'import { Future } from "../future/future.js";', /imports future/);
    catches("future/future.ts", 'import { Mutex } from "../sync/mutex.js";', /imports sync/);
  });

  test("a folder that is in no row is refused", () => {
    catches("helpers/x.ts", "export const x = 1;", /"helpers" is in no row/);
    catches("pool/pool.ts", 'import { x } from "../helpers/x.js";', /imports helpers/);
  });

  test("an index only re-exports", () => {
    allows("queue/index.ts", '/** The queue. */\nexport { Queue } from "./queue.js";\nexport * as a from "./a.js";\n');
    catches(
      "queue/index.ts",
      'export { Queue } from "./queue.js";\nexport const x = 1;',
      /more than re-export: export const x/,
    );
  });

  test("a file has at most 300 lines", () => {
    allows("queue/queue.ts", "x;\n".repeat(300));
    catches("queue/queue.ts", "x;\n".repeat(301), /301 lines/);
  });

  test("errors that are thrown to callers are made in one place", () => {
    catches("queue/queue.ts", 'throw new TypeError("wrong");', /does not begin at the caller/);
    allows("platform/errors/errors.ts", 'const error = new RangeError("wrong");');
    allows("queue/queue.ts", "if (error instanceof TypeError) throw error;");
  });

  test("Atomics, worker_threads and child_process stay in their places", () => {
    catches("queue/queue.ts", "Atomics.load(cells, 0);", /uses Atomics/);
    catches("pool/pool.ts", 'import { Worker } from "node:worker_threads";', /uses node:worker_threads/);
    catches("pool/pool.ts", 'import { fork } from "node:child_process";', /uses node:child_process/);
    allows("pool/pool.ts", 'import type { Transferable } from "node:worker_threads";');
    allows("queue/queue.ts", "/* Atomics is not used here. */");
    for (const text of [
      "setTimeout(f, 1);",
      "const t = performance.now();",
      'import { setTimeout } from "node:timers";',
    ])
      catches("queue/queue.ts", text, /uses timers of its own/);
    allows("queue/queue.ts", "setTimer(f, 1); this.setTimeout(1);");
  });
});
