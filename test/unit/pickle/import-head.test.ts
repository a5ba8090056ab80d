import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { readImportHead } from "#heddle/pickle/text/import-head.js";
import { parseBindings } from "#heddle/pickle/text/module-bindings.js";

describe("readImportHead", () => {
  const told: [source: string, imports: Record<string, [specifier: string, name: string]>][] = [
    ["", {}],
    ["const a = 1;", {}],
    ['import "x"', {}],
    ['import a from "x"', { a: ["x", "default"] }],
    ["import * as a from 'x';", { a: ["x", "*"] }],
    ['import{a}from"x";f()', { a: ["x", "a"] }],
    ['import { a, b as c, default as d, "e f" as g, } from "x"', toX("a", ["c", "b"], ["d", "default"], ["g", "e f"])],
    ['import a, { b } from "x";import c, * as d from "y"', { ...toX(["a", "default"], "b"), ...y("c", "d") }],
    ['import from from "x"', { from: ["x", "default"] }],
    ['import { as as as, from as b } from "x"', toX("as", ["b", "from"])],
    [
      '#!/usr/bin/env node\n/* import b from "y" */\n// import c\nimport /* a */ a from // b\n"x"',
      toX(["a", "default"]),
    ],
    ['import a from "x"\nimport("y")', toX(["a", "default"])],
    ['import a from "x"\nimport.meta.url', toX(["a", "default"])],
    ['import a from "x";\nlet b = await import ("y"), c = import.meta', toX(["a", "default"])],
    ['import $ from "x"; import _é9 from "y"', { $: ["x", "default"], _é9: ["y", "default"] }],
  ];
  for (const [source, imports] of told) {
    test(`tells what ${JSON.stringify(source)} imports, as the parser does`, () => {
      const expected = new Map(
        Object.entries(imports).map(([local, [specifier, name]]) => [local, { specifier, name }]),
      );
      assert.deepEqual(readImportHead(source), expected);
      assert.deepEqual(parseBindings(source).imports, expected);
    });
  }

  const left: string[] = [
    'import a from "x" with { type: "json" }',
    'const a = 1; import b from "x"',
    'import a from "x"; f(); import b from "y"',
    'import a from "x"; f() // an import of y',
    'import a from "\\x78"',
    'import \\u0061 from "x"',
    'import { "\\x61" as a } from "x"',
    'import defer * as a from "x"',
    'import source a from "x"',
    'import type { A } from "x"',
    "import a = require('x')",
    'import { type A, b } from "x"',
  ];
  for (const source of left) {
    test(`leaves ${JSON.stringify(source)} to the parser`, () => assert.equal(readImportHead(source), undefined));
  }

  test("tells of every file of the library and its tests the same as the parser, and of most of them something", () => {
    let [files, told] = [0, 0];
    for (const file of scripts(new URL("../../../../dist/", import.meta.url), new URL("../../", import.meta.url))) {
      const source = readFileSync(file, "utf8");
      const imports = readImportHead(source);
      files++;
      if (imports === undefined) continue;
      told++;
      assert.deepEqual(imports, parseBindings(source).imports, file.href);
    }
    assert.ok(told > files / 2, `told of ${told} of ${files} files`);
  });

  test("takes time in proportion to the text", () => {
    const comments = `${"/* a */ // b\n /**/ ".repeat(200_000)}import a from "x"`;
    const start = performance.now();
    assert.equal(readImportHead(comments)?.get("a")?.specifier, "x");
    assert.equal(readImportHead(`import ${"a ".repeat(500_000)}`), undefined);
    assert.ok(performance.now() - start < 5000);
  });
});

type Local = string | readonly [local: string, name: string];

function toX(...locals: readonly Local[]): Record<string, [specifier: string, name: string]> {
  return Object.fromEntries(
    locals.map((each) => (typeof each === "string" ? [each, ["x", each]] : [each[0], ["x", each[1]]])),
  );
}

function y(standard: string, all: string): Record<string, [specifier: string, name: string]> {
  return { [standard]: ["y", "default"], [all]: ["y", "*"] };
}

function* scripts(...folders: readonly URL[]): Generator<URL> {
  for (const folder of folders) {
    for (const file of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
      if (file.endsWith(".js") && !file.includes("node_modules")) yield new URL(file, folder);
    }
  }
}
