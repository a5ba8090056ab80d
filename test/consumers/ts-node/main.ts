// TypeScript by ts-node, as CommonJS: it keeps the source maps to itself.
import { check } from "../checks.js";
import { type Amount, Order, withTax } from "./orders";

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

check({ price, withTax, order, Order, fail, OutOfStock });
