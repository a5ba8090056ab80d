/** The architecture, held by a test: see ARCHITECTURE.md for the rows. */
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { root } from "./rig/root.js";
import { brokenRules, rowsWith, unusedExceptions } from "./rig/source-rules.js";

test("src: every rule of the architecture holds", () => {
  const src = path.join(root, "src");
  const files = readdirSync(src, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  assert.ok(files.length > 10, "src was not found");
  const sources = files.map(
    (name) => [name.split(path.sep).join("/"), readFileSync(path.join(src, name), "utf8")] as const,
  );
  assert.deepEqual(brokenRules(new Map(sources)), []);
  assert.deepEqual(unusedExceptions(new Map(sources)), [], "exceptions of source-rules.ts that nothing needs");
});

const foldersIn = (name: string): string[] =>
  readdirSync(path.join(root, name), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);

test("ARCHITECTURE.md: the map shows the rows that the rules hold", () => {
  const [, map = ""] =
    /## The map[\s\S]*?```\n([\s\S]*?)```/.exec(readFileSync(path.join(root, "ARCHITECTURE.md"), "utf8")) ?? [];
  // What is said about them stands behind the names.
  const rows = map.split("\n").map((line) => (line.slice(0, 35).match(/\w+/g) ?? []).sort());
  assert.deepEqual(
    rows.filter((row) => row.length > 0),
    rowsWith(new Set(foldersIn("src"))),
  );
});

test("ARCHITECTURE.md: what it names is there", () => {
  const page = readFileSync(path.join(root, "ARCHITECTURE.md"), "utf8");
  const named = [...page.matchAll(/`([\w.-]+(?:\/[\w.-]+)*\/(?:[\w-]+\.\w+)?)`/g)].map(([, name = ""]) => name);
  assert.ok(named.length > 30, "no paths were found");
  const isThere = (name: string): boolean =>
    ["", "src", "dist"].some((folder) => existsSync(path.join(root, folder, name)));
  assert.deepEqual(
    named.filter((name) => !isThere(name)),
    [],
  );
});

test("CONTRIBUTING.md: the table names every folder of tests", () => {
  const page = readFileSync(path.join(root, "CONTRIBUTING.md"), "utf8");
  assert.deepEqual(
    foldersIn("test").filter((name) => !page.includes(`\`test/${name}/\``)),
    [],
  );
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

  test("a circle of files is refused, of values and of types; what is loaded later closes none", () => {
    const broken = (a: string, b: string): string[] =>
      brokenRules(
        new Map([
          ["sync/a.ts", a],
          ["sync/b.ts", b],
        ]),
      );
    const circle = ["sync/a.ts: is in a circle: sync/a.ts -> sync/b.ts -> sync/a.ts"];
    assert.deepEqual(broken('import { b } from "./b.js";', 'import { a } from "./a.js";'), circle);
    assert.deepEqual(broken('import type { B } from "./b.js";', 'export { a } from "./a.js";'), circle);
    assert.deepEqual(broken('import {\n  b,\n  type B,\n} from "./b.js";', 'import "./a.js";'), circle);
    assert.deepEqual(broken('import { b } from "./b.js";', 'const a = await import("./a.js");'), []);
    assert.deepEqual(broken('import { b } from "./b.js";', '/** As in "./a.js". */'), []);
  });

  test("a part may name the type of its whole, and no value of it", () => {
    const whole = ["channel/queue-core.ts", 'import { Readings } from "./readings.js";'] as const;
    const part = (text: string): string[] => brokenRules(new Map([whole, ["channel/readings.ts", text]]));
    assert.deepEqual(part('import type { QueueCore } from "./queue-core.js";'), []);
    assert.deepEqual(part('import { type QueueCore } from "./queue-core.js";'), []);
    assert.equal(part('import { QueueCore } from "./queue-core.js";').length, 1);
  });

  test("an exception for a part that names no type of its whole, or that its whole does without, is unused", () => {
    const unused = (part: string, whole: string): string[] => {
      const sources = [
        ["a/part.ts", part],
        ["a/whole.ts", whole],
      ] as const;
      return unusedExceptions(new Map(sources), [["a/part.ts", "a/whole.ts"]]);
    };
    const names = 'import type { Whole } from "./whole.js";';
    const uses = 'import { part } from "./part.js";';
    assert.deepEqual(unused(names, uses), []);
    assert.deepEqual(unused("export {};", uses), ["a/part.ts -> a/whole.ts"]);
    assert.deepEqual(unused(names, "export {};"), ["a/part.ts -> a/whole.ts"]);
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
