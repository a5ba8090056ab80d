/** Members that a package gives to the prototype of a class when the first object is made, which the worker has not done. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothWays } from "../both-ways.js";
import { written } from "./written.js";

interface Model {
  readonly n: number;
  readonly twice: () => number;
  readonly thrice: number;
}

const { require } = written({
  "node_modules/lazy-members/install.js": `const bound = (proto, key, fn) => {
  Object.defineProperty(proto, key, { configurable: true, get() { return fn.bind(this); } });
};
exports.install = (proto, table) => { for (const key in table) bound(proto, key, table[key]); };`,
  "node_modules/lazy-members/index.js": `const { install } = require("./install.js");
let isReady = false;
const table = { twice() { return this.n * 2; } };
function Model(n) {
  if (!isReady) {
    isReady = true;
    install(Model.prototype, table);
    Object.defineProperty(Model.prototype, "thrice", { get() { return this.n * 3; } });
  }
  this.n = n;
}
exports.model = (n) => new Model(n);`,
});
const { model } = require("lazy-members") as { readonly model: (n: number) => Model };

bothWays(({ call }) => {
  test("they are there", async () => {
    const here = model(2);
    for (let i = 0; i < 2; i++)
      assert.deepEqual(await call((each: Model) => [each.twice(), each.thrice], here), [4, 6]);
    assert.equal(await call(() => here.twice()), 4);
    const back = await call((n: number) => model(n), 3);
    assert.equal(back.twice(), 6);
    assert.equal(back.constructor, here.constructor);
  });
});
