/** What code may reach, judged by its text: never less than it does. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Reach, reachOf } from "#heddle/pickle/text/lasting-effects.js";

const own = [
  "(function(){return [(() => {}\\n)]})",
  "(pair) => { const [a, b] = pair; for (const [c] of [[a], [b]]) return [c]; }",
  "(n) => n * n",
  "() => { for (let i = 0; i < 9; i++) counter.value += 1; }",
  "() => console.log('x', Math.random() < 1)",
  "class A extends B { constructor(x) { super(x); this.x = [1, 2]; } }",
  "async () => { await new Promise((resolve) => setTimeout(resolve, 1)); return performance.now(); }",
  "() => process.exit(3)",
];
const shared = ["() => { o?.[k] }", "() => { `x`[k] }", "() => process.argv.length", "() => { process.argv.push(1); }"];
const written = [
  "() => { console.log = () => {}; }",
  "() => { const c = console; c.log = 1; }",
  "() => { Math.random += 1; }",
  "() => { delete Math.random; }",
  "() => { ++Error.stackTraceLimit; }",
  "() => { o[k].x = 1; }",
  "() => { o.return[k] = 1; }",
  "() => { o.of [k] = 1; }",
  "({ constructor: c }) => { c.x = 1; }",
  "() => { [].__proto__.x = 1; }",
  "() => { Object.prototype.x = 1; }",
  "() => { m\\u0061th.x = 1; }",
  "() => Object.preventExtensions(Math)",
  "() => Object.setPrototypeOf(Map.prototype, {})",
  "() => { console.log.x = 2; }",
  "() => Object.freeze(Array.prototype.map)",
  "() => { process.hrtime.bigint = () => 0n; }",
];
const hidden = [
  "() => setTimeout(() => {}, 9).unref()",
  "() => { process.stdout.write = 1; }",
  "() => eval('1')",
  "() => import('node:fs')",
  "() => $$heddle_import('node:fs')",
  "() => x.constructor('return 1')()",
  "() => { const p = process; p.title = 'x'; }",
  "() => performance.mark('x')",
  "() => Response.prototype",
  "() => AbortSignal.timeout(5)",
];

for (const [reach, sources] of Object.entries({
  OWN: own,
  SHARED: shared,
  WRITTEN: written,
  HIDDEN: hidden,
}) as never as [keyof typeof Reach, string[]][])
  for (const source of sources)
    test(`${reach}: ${source}`, () => {
      assert.equal(reachOf(source), Reach[reach]);
    });
