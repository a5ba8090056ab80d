// Run by `node -e`, from standard input as a module that has no file.
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

check({ price, withTax, order, Order, fail, OutOfStock });
