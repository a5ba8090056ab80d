/** docs/packages.md is about the packages that are tried, and says of each what came of it; `npm run test:packages` writes it. */
import assert from "node:assert/strict";
import { readdirSync } from "node:fs";
import path from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { pageText } from "../rig/docs.js";
import { root } from "../rig/root.js";

const folder = path.join(root, "test/packages");
const load = (name: string): Promise<unknown> => import(pathToFileURL(path.join(folder, name)).href);
const { PACKAGES, asCommonJs, caseOf } = (await load("programs.js")) as {
  PACKAGES: readonly (readonly [string, string])[];
  asCommonJs(text: string): string;
  caseOf(name: string): string;
};
const { rowsOf } = (await load("table.js")) as { rowsOf(page: string): string[][] };

const rows = rowsOf(pageText("docs/packages.md"));

test("at least 40 packages, each of one exact version, and each with a program", () => {
  assert.ok(PACKAGES.length >= 40);
  for (const [name, version] of PACKAGES) assert.match(version, /^\d+\.\d+\.\d+$/, name);
  assert.deepEqual(readdirSync(path.join(folder, "cases")).sort(), PACKAGES.map(([name]) => caseOf(name)).sort());
});

test("the table names exactly these packages and versions", () => {
  assert.deepEqual(
    rows.map(([name, version]) => [name, version]),
    PACKAGES.map((pair) => [...pair]),
  );
});

test("a cell is yes, refused with what to do, or wrong; every package is at least used", () => {
  for (const [name, , used, ...others] of rows) {
    assert.match(used ?? "", /^(yes|wrong.*)$/, name);
    for (const cell of others) assert.match(cell, /^(yes|refused: .+|wrong(: .+)?|)$/, name);
  }
});

test("the program of CommonJS requires what the other imports", () => {
  const text = [
    'import { check } from "../check.js";',
    'import a, { b, c as d } from "a";',
    'import * as e from "e";',
    "",
    "const made = await a(b, d, e);",
    "",
    "await check({ made });\n",
  ].join("\n");
  const body = [
    'const { check } = require("../check.js");',
    'const a = require("a");\nconst { b, c: d } = a;',
    'const e = require("e");',
    "",
    "const made = await a(b, d, e);",
    "",
    "check({ made });\n",
  ].join("\n");
  assert.equal(asCommonJs(text), `(async () => {\n${body}})();\n`);
});
