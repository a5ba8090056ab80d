/** What CommonJS modules export as `default`, and what other files add to before they export it again. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothWays } from "../both-ways.js";
import { written } from "./written.js";

const COMPILED = '"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\n';

interface Box {
  readonly n: number;
  twice(): number;
}
interface Compiled {
  readonly Box: new (n: number) => Box;
  readonly twice: (n: number) => number;
  readonly Both: (n: number) => number;
}
const { require } = written({
  "box.cjs": `${COMPILED}class Box { constructor(n) { this.n = n; } twice() { return this.n * 2; } }\nexports.default = Box;`,
  "twice.cjs": `${COMPILED}function twice(n) { return n * 2; }\nexports.default = twice;`,
  "both.cjs": `${COMPILED}function both(n) { return n * 2; }\nmodule.exports = both;\nexports.default = both;\nboth.default = both;`,
  "index.cjs": `${COMPILED}exports.Box = require("./box.cjs").default;\nexports.twice = require("./twice.cjs").default;\nexports.Both = require("./both.cjs");`,
  "node_modules/paint/maker.js": "module.exports = function paint(n) { return paint.factor * n; };",
  "node_modules/paint/shade.js":
    "function Shade(n) { this.n = n; }\nexports.default = Shade;\nexports.plain = function plain(n) { return n * 2; };",
  "node_modules/paint/index.js":
    'const paint = require("./maker.js"), { default: Shade } = require("./shade.js");\npaint.factor = 2;\n' +
    "Shade.prototype.twice = function () { return this.n * 2; };\npaint.Shade = Shade;\nmodule.exports = paint;",
  "node_modules/making/index.js":
    "exports.make = (by) => { const made = (n) => n * made.by; made.by = by; return made; };",
  "node_modules/kit/functions.js": 'const { make } = require("making");\nexports.twice = make(2);',
  "node_modules/kit/index.js":
    'const functions = require("./functions.js");\nfor (const key of Object.keys(functions))\n' +
    "  Object.defineProperty(exports, key, { enumerable: true, get: () => functions[key] });",
  "maker.cjs": "exports.lib = function lib(n) { return lib.factor * n; };",
  "adds.cjs": 'const { lib } = require("./maker.cjs");\nlib.factor = 2;\nexports.tool = lib;',
});
const { Box, twice, Both } = require("./index.cjs") as Compiled;
const paint = require("paint") as ((n: number) => number) & {
  readonly Shade: new (n: number) => { readonly n: number; twice(): number };
};
const { tool } = require("./adds.cjs") as { readonly tool: (n: number) => number };

const kit = require("kit") as { readonly twice: (n: number) => number };

bothWays(({ same, call }) => {
  test("a function that another package has made is the one that is exported", async () => {
    const { twice } = kit;
    const shared = { twice };
    await same(() => [twice(2), twice === kit.twice, shared.twice === twice]);
    assert.equal(await call(() => kit.twice), twice);
  });

  test("`exports.default` is a class", async () => {
    const box = new Box(2);
    await same(() => box.twice());
    await same((each: Box) => [each.twice(), each.n], box);
    await same(() => new Box(3).twice());
    assert.ok((await call((n: number) => new Box(n), 4)) instanceof Box);
  });

  test("`exports.default` is a function", async () => {
    const table = { twice };
    await same(() => twice(2));
    await same((n: number) => table.twice(n), 2);
    await same(twice, 5);
  });

  test("a function is `module.exports` and its own `default`", () => same(Both, 2));

  test("a function that another file of its package adds to has what was added", async () => {
    await same(paint, 3);
    await same(() => [paint(2), Object.keys(paint)]);
    await same(tool, 4);
  });

  test("a class that another file of its package adds methods to has them", async () => {
    const shade = new paint.Shade(3);
    await same(() => shade.twice());
    assert.ok((await call((n: number) => new paint.Shade(n), 4)) instanceof paint.Shade);
  });
});
