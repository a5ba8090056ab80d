/** Every regular expression of the library takes time in proportion to the text, whatever the text is. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { describe, test } from "node:test";
import * as acorn from "acorn";
import { root } from "../rig/root.js";
import { slowText } from "../rig/slow-patterns.js";

const dist = path.join(root, "dist");
const files = readdirSync(dist, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".cjs"));

describe("patterns of the library", () => {
  const patterns = new Map([...written(), ...computed()].map((pattern) => [String(pattern), pattern]));

  test("are found", () => assert.ok(patterns.size > 60, `${patterns.size} patterns`));

  for (const pattern of patterns.values())
    test(String(pattern).slice(0, 120), () => {
      const slow = slowText(pattern);
      assert.equal(slow, undefined, slow && `${slow.why}: ${JSON.stringify(slow.text.slice(0, 60))}...`);
    });
});

describe("slowText finds", () => {
  for (const pattern of [
    /^(?:#!.*\n)?(?:\s|\/\/.*\n|\/\*[\s\S]*?\*\/)*["']use strict["']/,
    /(file:\/\/\/[^\s()]+?\.[cm]?js):(\d+):(\d+)/g,
    /^ *at (?:.*\()?(.+?):(\d+):(\d+)\)?$/m,
    /\/\/[#@] ?sourceMappingURL=(\S+)\s*$/,
    /(\s*)([\]}])$/,
    /(?<=[\w)])\s*(?:\?\.)?\s*\[(?!\s*\d+\s*\])/,
    /(?<![.\w$])(?:Math|JSON)\s*\.\s*[\w$]+(?:\s*\.\s*[\w$]+)*=/,
    /^(?:a+)+$/,
  ])
    test(`that ${String(pattern)} is slow`, () => assert.notEqual(slowText(pattern), undefined));
});

/** Those in the text of the library. */
function written(): RegExp[] {
  const found: RegExp[] = [];
  for (const file of files) {
    const source = readFileSync(path.join(dist, file), "utf8");
    const onToken = (token: acorn.Token): void => {
      if (token.type !== acorn.tokTypes.regexp) return;
      const { pattern, flags } = (token as unknown as { value: { pattern: string; flags: string } }).value;
      found.push(new RegExp(pattern, flags));
    };
    acorn.parse(source, { ecmaVersion: "latest", allowReturnOutsideFunction: true, onToken });
  }
  return found;
}

/** Those that the library makes of texts when it is loaded. */
function computed(): RegExp[] {
  const found: RegExp[] = [];
  const { RegExp: original } = globalThis;
  const noted = new Proxy(original, {
    construct: (target, args: [string, string?]) => {
      const pattern = new target(...args);
      found.push(pattern);
      return pattern;
    },
  });
  // As if it were loaded for the first time.
  const require = createRequire(import.meta.url);
  const cached = Object.keys(require.cache).filter((file) => file.startsWith(dist));
  const kept = new Map(cached.map((file) => [file, require.cache[file]]));
  for (const file of cached) delete require.cache[file];
  globalThis.RegExp = noted;
  try {
    for (const file of files) if (file.startsWith("parts")) require(path.join(dist, file));
  } finally {
    globalThis.RegExp = original;
    for (const [file, module] of kept) require.cache[file] = module;
  }
  return found.filter((pattern) => pattern.source.length > 1);
}
