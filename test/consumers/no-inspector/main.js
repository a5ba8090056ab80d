// What works where Node does not let a program read its own variables.
import assert from "node:assert/strict";
import { Thread } from "heddle/threading";
import { check } from "../checks.js";
import { fail, Order, OutOfStock, order, price, withTax } from "./orders.js";

await check({ price, withTax, order, Order, fail, OutOfStock });

const alone = new Thread({ target: (a, b) => Math.hypot(a, b), args: [3, 4] }).start();
assert.equal(await alone.result(), 5, "a function that takes nothing from outside");

const discount = 0.1;
assert.throws(
  () => new Thread({ target: (amount) => withTax(amount) * (1 - discount), args: [1] }).start(),
  /it captures withTax, discount, which cannot be read.*Export the function from a module/,
);
