/** The modules of a package are looked through once for a message, however many of its functions that takes along. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, THREAD } from "#heddle/pickle/pickle.js";
import { bothWays } from "../both-ways.js";
import { written } from "./written.js";

const FUNCTIONS = 100;

/** Functions with a property, which another module of the package may have given them; one of the modules counts. */
const { require } = written({
  "node_modules/counted/watched.js": `const watched = { count: 0 };
exports.watched = watched;
exports.proxy = new Proxy({ other: () => 0 }, {
  ownKeys: (target) => { watched.count++; return Reflect.ownKeys(target); },
});`,
  "node_modules/counted/proxy.js": 'module.exports = require("./watched.js").proxy;',
  "node_modules/counted/index.js": `const { watched } = require("./watched.js");
require("./proxy.js");
exports.watched = watched;
exports.make = (n) => Object.assign((x) => x + n, { added: n });`,
});

interface Counted {
  readonly watched: { count: number };
  readonly make: (n: number) => ((x: number) => number) & { readonly added: number };
}

const { make, watched } = require("counted") as Counted;

test("the exports of a module are listed once for a message", () => {
  const made = Array.from({ length: FUNCTIONS }, (_, i) => make(i));
  pack(made, { to: THREAD, name: "made" });
  watched.count = 0;
  pack(made, { to: THREAD, name: "made" });
  assert.equal(watched.count, 1);
});

bothWays(({ same }) => {
  test("functions that a package has made and added to", async () => {
    const made = [make(1), make(2)];
    await same(() => made.map((fn) => [fn(1), fn.added]));
  });
});
