// vitest, in each of its pools: the test file is transformed, and is no module of Node's.
import { test } from "vitest";
import { check } from "../checks.js";
import { type Amount, Order, withTax } from "../typescript/orders.ts";

class OutOfStock extends Error {
  override name = "OutOfStock";
  readonly item: string;

  constructor(item: string) {
    super(`no ${item} left`);
    this.item = item;
  }
}

const postage: Amount = 5;
const price = (amount: Amount): Amount => withTax(amount) + postage;
const order = (amount: Amount): Order => new Order(amount);
const fail = (item: string): never => {
  throw new OutOfStock(item);
};

test("closures of a test run in threads, processes and pools", { timeout: 60_000 }, async () => {
  await check({ price, withTax, order, Order, fail, OutOfStock });
});
