// jest, with ES modules: test files run in a context of their own, with modules that Node does not know.
import { check } from "../checks.js";
import { Order, withTax } from "../esm/orders.js";

class OutOfStock extends Error {
  name = "OutOfStock";

  constructor(item) {
    super(`no ${item} left`);
    this.item = item;
  }
}

const postage = 5;
const price = (amount) => withTax(amount) + postage;
const order = (amount) => new Order(amount);
const fail = (item) => {
  throw new OutOfStock(item);
};

test("closures of a test run in threads, processes and pools", async () => {
  await check({ price, withTax, order, Order, fail, OutOfStock });
}, 60_000);
