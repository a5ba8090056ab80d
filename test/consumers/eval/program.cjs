// Run by `node -e`, from standard input and in the REPL: as a script that has no file.
const { check } = require("../checks.js");
const { Order, withTax } = require("../commonjs/orders.cjs");

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
