/** Closures that a package makes take variables along that are assigned to, and share them as they do at home. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothWays, refuses } from "../both-ways.js";
import { written } from "./written.js";

interface Counter {
  add(): number;
  get(): number;
  both(): unknown;
  swap(by: number): number;
  call(): string;
}
interface Library {
  readonly counter: (n: number) => Counter;
  readonly limit: (most: number) => ((task: () => Promise<void>) => Promise<void>) & { readonly active: number };
  readonly lazy: <T>(make: () => T) => () => T;
  readonly called: () => (fn: () => number) => number;
  readonly chosen: () => { set(fn: () => number): void; call(): number };
}

const LIBRARY = `exports.counter = (n) => {
  const shape = { n };
  return {
    add: () => ++n, get: () => n, both: () => ({ n, shape, list: [n] }), call: () => typeof n,
    swap(by) { [n] = [by]; ({ n } = { n: n + 1 }); for (n of [n * 2]); { let n = 1; n++; } return n; },
  };
};
exports.limit = (most) => {
  let active = 0;
  const waiting = [];
  const next = () => { active--; waiting.shift()?.(); };
  const run = async (task, done) => { active++; done(await task()); next(); };
  const limit = (task) => new Promise((done) => {
    const go = () => run(task, done);
    if (active < most) go(); else waiting.push(go);
  });
  return Object.defineProperty(limit, "active", { get: () => active });
};
exports.lazy = (make) => { let got; return () => (got ??= make()); };
exports.called = () => { let use; return (fn) => (use ??= fn)(); };
exports.chosen = () => { let use = function () { return this === undefined ? 1 : -1; }; return { set(fn) { use = fn; }, call() { "use strict"; return use(); } }; };`;

/** A variable of the module, which is filled by a closure and read by what goes by reference. */
const MODULE = `let target = 0;
export const read = () => target;
export const writer = (step) => ({ write() { target += step; return read(); }, last: () => { target += 0; return target; } });`;

interface Module {
  read(): number;
  writer(step: number): { write(): number; last(): number };
}

/** All its functions begin before their first instruction. */
const HIDDEN = `let target = 0;
export async function make(step) { return { write: async () => { target += step; } }; }
export async function read() { return target; }`;

const { require, load } = written({
  "node_modules/closures/index.js": `"use strict";\n${LIBRARY}`,
  "node_modules/modules/index.mjs": MODULE,
  "node_modules/hidden/index.mjs": HIDDEN,
});
const { counter, limit, lazy, called, chosen } = require("closures") as Library;

bothWays(({ call, to }) => {
  test("one variable is shared by all closures around it", async () => {
    const n = counter(1);
    const use = (): unknown[] => [n.add(), n.add(), n.get(), n.both(), n.swap(7), n.get(), n.call()];
    const there = await call(use);
    assert.deepEqual(there, [2, 3, 3, { n: 3, shape: { n: 1 }, list: [3] }, 16, 16, "number"]);
    assert.equal(n.get(), 1);
  });

  test("what two calls made stays apart", async () => {
    const [one, other] = [counter(1), counter(1)];
    assert.deepEqual(await call(() => [one.add(), other.add(), other.add(), one.get(), other.get()]), [2, 2, 3, 2, 3]);
  });

  test("a closure that counts what runs goes on when something is done", async () => {
    const only = limit(1);
    const seen = await call(async () => {
      const all: number[] = [];
      await Promise.all([1, 2, 3].map(() => only(async () => void all.push(only.active))));
      return [...all, only.active];
    });
    assert.deepEqual(seen, [1, 1, 1, 0]);
  });

  test("what was remembered once stays", async () => {
    const get = lazy(() => ({ made: true }));
    const there = await call(() => [get(), get()]);
    assert.equal(there[0], there[1]);
  });

  test("an assignment is called", async () => {
    const use = called();
    assert.deepEqual(await call(() => [use(() => 1), use(() => 2)]), [1, 1]);
  });

  test("a function in such a variable is called as at home", async () => {
    const each = chosen();
    assert.deepEqual(await call(() => [each.call(), each.set(() => 5), each.call()]), [1, undefined, 5]);
  });

  test("a variable of the module is the worker's own, which what goes by reference uses, too", async () => {
    const { writer, read } = await load<Module>("node_modules/modules/index.mjs");
    const made = writer(2);
    made.write();
    const [before, seen, back] = await call(() => [read(), [made.write(), made.write(), made.last()], made] as const);
    assert.deepEqual(
      seen.map((n) => n - before),
      [2, 4, 4],
    );
    const here = read();
    assert.deepEqual([back.write(), read()], [here + 2, here + 2]);
  });

  test("they can be sent on", async () => {
    const n = counter(to === "thread" ? 1 : 2);
    const sent = await call((each: Counter) => [each.add(), each], n);
    assert.equal((sent[1] as Counter).get(), n.get());
  });
});

test("an assignment to a variable that no function of the module's can be stopped to reach is refused", async () => {
  const { make } = await load<{ make: (step: number) => Promise<object> }>("node_modules/hidden/index.mjs");
  refuses(
    await make(2),
    /write: it assigns to 'target' \(.*a variable of its module, of which a worker has its own\. Make it/,
  );
});
