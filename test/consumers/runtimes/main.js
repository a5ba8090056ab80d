// Deno and Bun: what they share with Node, and what they refuse.
import assert from "node:assert/strict";
import { Pool } from "heddle/multiprocessing";
import { Queue } from "heddle/queue";
import { Value } from "heddle/shared";
import { Event, Lock, Thread } from "heddle/threading";
import { check } from "../checks.js";
import { fail, Order, OutOfStock, order, price, withTax } from "../no-inspector/orders.js";
import { amountOf, Cash, count, print, square, take } from "./workers.js";

const isDeno = "Deno" in globalThis;

await check({ price, withTax, order, Order, fail, OutOfStock });

const alone = new Thread({ target: (a, b) => Math.hypot(a, b), args: [3, 4] }).start();
assert.equal(await alone.result(), 5);
await new Thread({ target: print, args: ["printed by a thread"] }).start().result();
console.log("self-contained function ok");

const lock = new Lock();
const total = new Value("i32", 0);
const counters = [1, 2, 3].map(() => new Thread({ target: count, args: [lock, total, 200] }).start());
for (const counter of counters) await counter.result();
assert.equal(total.value, 600, "a lock between threads");
console.log("Lock and Value ok");

const [jobs, results] = [new Queue(2), new Queue()];
const go = new Event();
const taker = new Thread({ target: take, args: [jobs, results, go] }).start();
go.set();
for (const job of [1, 2, 3, undefined]) await jobs.put(job);
assert.deepEqual(await taker.result(), 3);
assert.deepEqual([await results.get(), await results.get(), await results.get()], [1, 4, 9]);
console.log("Queue and Event ok");

const pool = new Pool(2);
assert.deepEqual(await pool.map(square, [1, 2, 3, 4]), [1, 4, 9, 16]);
await pool.terminate();

const discount = 0.1;
const reduced = (amount) => withTax(amount) * (1 - discount);
if (isDeno) {
  assert.equal(await new Thread({ target: reduced, args: [1] }).start().result(), reduced(1));
} else {
  const start = () => new Thread({ target: reduced, args: [1] }).start();
  assert.throws(start, /it captures withTax, discount, which cannot be read.*Export the function from a module/);
}
console.log(isDeno ? "closure ok" : "closure refused, with the remedy");

class Till {
  amount = 2;
  add = (amount) => this.amount + amount;
}
const till = new Till();
const sendArrow = () => new Thread({ target: till.add, args: [1] }).start();
assert.throws(
  sendArrow,
  isDeno
    ? /it captures 'this'.*const self = this/
    : /it captures this, which cannot be read here: Bun has no inspector/,
);
const sent = (cash) => new Thread({ target: amountOf, args: [cash] }).start().result();
if (isDeno) await assert.rejects(sent(new Cash()), /object of class Cash.*Register the class with reduce and revive/);
else assert.throws(() => sent(new Cash()), /its private fields cannot be read here: Bun/);
assert.throws(() => new Thread({ target: console.log, args: [new WeakMap()] }).start(), /WeakMap.*Use a Map/);
console.log("refusals ok");
