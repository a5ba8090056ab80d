/** A module that imports the entry module, directly or not, never makes a worker run the program again. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { fileOf, specifiers } from "#heddle/pickle/modules/entry-imports.js";
import { importedIn } from "#heddle/pickle/text/imported-in.js";
import { parseFile } from "#heddle/pickle/text/syntax.js";
import { root } from "../rig/root.js";

/** @returns the lines that the first of these files prints */
function run(files: Readonly<Record<string, string>>): string[] {
  const folder = mkdtempSync(path.join(root, "build/program-"));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    const [main = ""] = Object.keys(files);
    const { stdout, stderr } = spawnSync(process.execPath, [path.join(folder, main)], {
      encoding: "utf8",
      timeout: 120_000,
      killSignal: "SIGKILL",
    });
    const lines = stdout.trim().split("\n");
    assert.equal(lines.filter((line) => line === "main runs").length > 0, true, stderr);
    return lines;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const ESM = `
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { Thread } from "heddle/threading";
export const rate = 2;
console.log("main runs");
const say = (promise) => Promise.resolve(promise).then((value) => console.log(JSON.stringify(value)), (error) => console.log(error.message));
const inPools = async (fn) => {
  for (const kind of [ThreadPool, Pool]) {
    const pool = new kind(1);
    await say(pool.map(fn, [1, 2]));
    await pool.terminate();
  }
};
`;

/** The same in a CommonJS file. */
const CJS = `
const { Pool, Process, ThreadPool } = require("heddle/multiprocessing");
const { Thread } = require("heddle/threading");
exports.rate = 2;
console.log("main runs");
const say = (promise) => Promise.resolve(promise).then((value) => console.log(JSON.stringify(value)), (error) => console.log(error.message));
const inPools = async (fn) => {
  for (const kind of [ThreadPool, Pool]) {
    const pool = new kind(1);
    await say(pool.map(fn, [1, 2]));
    await pool.terminate();
  }
};
`;

describe("ES modules", () => {
  test("a helper that imports the entry module goes by value: threads, processes and pools", () => {
    const lines = run({
      "main.mjs": `import { taxed } from "./helper.mjs";${ESM}
        await inPools(taxed);
        await inPools((n) => taxed(n));
        await say(new Thread({ target: taxed, args: [5] }).start().result());
        await say(new Process({ target: taxed, args: [5] }).start().result());`,
      "helper.mjs": `import { rate } from "./between.mjs"; export const taxed = (n) => n * rate;`,
      "between.mjs": `export * from "./main.mjs"; import "./main.mjs";`,
    });
    assert.deepEqual(lines, ["main runs", "[2,4]", "[2,4]", "[2,4]", "[2,4]", "10", "10"]);
  });

  test("a namespace, and an import in a function, are refused by name", () => {
    const lines = run({
      "main.mjs": `import * as helper from "./helper.mjs";${ESM}
        await inPools((n) => helper.taxed(n));
        await inPools(async (n) => (await import("./helper.mjs")).taxed(n));
        await inPools(helper.late);`,
      "helper.mjs": `import * as main from "./main.mjs"; export const taxed = (n) => n * main.rate;
        export const late = async (n) => (await import("./main.mjs")).rate * n;`,
    });
    assert.equal(lines.filter((line) => line === "main runs").length, 1, lines.join("\n"));
    const refused = lines.filter((line) => line.startsWith("Cannot send fn"));
    assert.equal(refused.length, 6, lines.join("\n"));
    for (const line of refused)
      assert.match(line, /"\.\/(?:helper|main)\.mjs".*entry module main\.mjs: a worker would run/);
  });

  test("an import of a computed name is refused in the worker, before anything runs", () => {
    const lines = run({
      "main.mjs": `${ESM}
        const name = "./helper.mjs";
        const late = async (n) => (await import(name)).taxed(n);
        await inPools(late);
        await say(new Thread({ target: late, args: [5] }).start().result());
        await say(new Process({ target: late, args: [5] }).start().result());`,
      "helper.mjs": `import { rate } from "./main.mjs"; export const taxed = (n) => n * rate;`,
    });
    assert.deepEqual(lines.slice(0, 1), ["main runs"]);
    assert.equal(lines.length, 5, lines.join("\n"));
    for (const line of lines.slice(1))
      assert.match(line, /^Cannot load "\.\/helper\.mjs", which imports the entry module main\.mjs: .* again/);
  });

  test("a worker that comes to run the entry module all the same starts nothing, and says so", () => {
    const lines = run({
      "main.mjs": `import { load } from "./loader.mjs";${ESM}
        const late = async (n) => (await load("./helper.mjs")).taxed(n);
        await inPools(late);
        await say(new Thread({ target: late, args: [5] }).start().result());
        await say(new Process({ target: late, args: [5] }).start().result());`,
      "loader.mjs": `export const load = (name) => import(name);`,
      "helper.mjs": `import { rate } from "./main.mjs"; export const taxed = (n) => n * rate;`,
    });
    const told = lines.filter((line) =>
      /Cannot start .*main\.mjs, the entry module, and so runs the program again/.test(line),
    );
    assert.equal(told.length, 4, lines.join("\n"));
    assert.ok(lines.filter((line) => line === "main runs").length <= 5, lines.join("\n"));
  });

  test("what only speaks of the entry module goes by reference, as any other", () => {
    const lines = run({
      "main.mjs": `import { counted } from "./helper.mjs";${ESM}
        await inPools(counted);`,
      "helper.mjs": `// import { rate } from "./main.mjs"
        export const text = 'from "./main.mjs"';
        let count = 0;
        export const counted = (n) => n + ++count;`,
    });
    assert.deepEqual(lines, ["main runs", "[2,4]", "[2,4]"]);
  });
});

describe("CommonJS", () => {
  test("a helper that requires the entry module", () => {
    const lines = run({
      "main.cjs": `${CJS}
        const { taxed } = require("./helper.cjs");
        setImmediate(async () => {
          await inPools(taxed);
          await say(new Thread({ target: taxed, args: [5] }).start().result());
          await say(new Process({ target: taxed, args: [5] }).start().result());
          await inPools((n) => require("./helper.cjs").taxed(n));
          const name = "./helper.cjs";
          await inPools((n) => require(name).taxed(n));
        });`,
      "helper.cjs": `const main = require("./main.cjs"); exports.taxed = (n) => n * main.rate;`,
    });
    const right = ["main runs", "[2,4]", "[2,4]", "10", "10"];
    assert.deepEqual(lines.slice(0, right.length), right, lines.join("\n"));
    assert.equal(lines.filter((line) => /it loads "\.\/helper\.cjs".*entry module main\.cjs/.test(line)).length, 2);
    assert.equal(lines.filter((line) => /^Cannot load "\.\/helper\.cjs", which imports the/.test(line)).length, 2);
    assert.equal(lines.filter((line) => line === "main runs").length, 1);
  });

  test("while the entry module still loads, what it exports is refused by name", () => {
    const lines = run({
      "main.cjs": `${CJS}
        const { taxed } = require("./helper.cjs");
        void inPools(taxed);`,
      "helper.cjs": `const main = require("./main.cjs"); exports.taxed = (n) => n * main.rate;`,
    });
    assert.equal(lines.filter((line) => line === "main runs").length, 1, lines.join("\n"));
    assert.match(lines[1] ?? "", /what main\.cjs exports, the entry module/);
    assert.equal(lines.at(-1), "[2,4]");
  });
});

test("what a specifier stands for where a loader helps", () => {
  const folder = mkdtempSync(path.join(root, "build/program-"));
  try {
    for (const name of ["main.ts", "other.js", "part.mts"]) writeFileSync(path.join(folder, name), "");
    const base = pathToFileURL(path.join(folder, "helper.ts")).href;
    const named = (specifier: string): string[] => fileOf(specifier, base).map((url) => path.basename(url));
    assert.deepEqual(["./main.js", "./main", "./main.ts?x", "./other", "./part.mjs", "./none.js"].map(named), [
      ["main.ts"],
      ["main.ts"],
      ["main.ts"],
      ["other.js"],
      ["part.mts"],
      [],
    ]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("what a text imports", () => {
  const text = `import a from "a"; export * from 'b'; import "c"; const d = await import("d"); require("e"); export { f } from "f";`;
  assert.deepEqual(importedIn(parseFile(text)).sort(), ["a", "b", "c", "d", "e", "f"]);
  assert.deepEqual(specifiers(text), ["a", "b", "c", "d", "e", "f"]);
  assert.deepEqual(importedIn(parseFile(`// import "a"\nconst text = 'from "b"';`)), []);
  assert.deepEqual(
    specifiers(`import type { A } from "./a.js"; import { b } from "./b.js"; export type { C } from "./c.js";`),
    ["./b.js"],
  );
});
