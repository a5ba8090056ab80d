/** What the compiler refuses: each program in types/refused has exactly one error, at the line that says so. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { test } from "node:test";
import { root } from "./rig/root.js";

const folder = path.join(root, "test/types/refused");

/** @returns what the compiler complains about, each with its place, `file:line` */
function complaints(): [place: string, message: string][] {
  const project = mkdtempSync(path.join(root, "build/types-"));
  try {
    const compilerOptions = { rootDir: root, noEmit: true, noUnusedLocals: false };
    const config = { extends: path.join(root, "tsconfig.json"), compilerOptions, include: [`${folder}/*.ts`] };
    writeFileSync(path.join(project, "tsconfig.json"), JSON.stringify(config));
    const tsc = path.join(path.dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", project, "--pretty", "false"], { encoding: "utf8" });
    const found = stdout.matchAll(/^(\S+)\((\d+),\d+\): error (.*(?:\n .*)*)/gm);
    return [...found].map(([, file = "", line, message = ""]) => [`${path.basename(file)}:${line}`, message]);
  } finally {
    rmSync(project, { recursive: true });
  }
}

test("types/refused: the compiler complains at the lines that are marked only, and says what cannot travel", () => {
  const files = readdirSync(folder);
  assert.ok(files.length > 0);
  const marked = files.map((file) => {
    const lines = readFileSync(path.join(folder, file), "utf8").split("\n");
    return `${file}:${lines.findIndex((line) => line.endsWith("// refused")) + 1}`;
  });
  const found = complaints();
  assert.deepEqual(found.map(([place]) => place).sort(), marked.sort());
  for (const place of ["promise-argument.ts:4", "promise-item.ts:5"])
    assert.match(
      found.find(([each]) => each === place)?.[1] ?? "",
      /"a Promise cannot travel: await it and send the result"/,
      place,
    );
});
