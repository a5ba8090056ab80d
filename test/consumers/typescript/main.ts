// TypeScript: run as it is by tsx or Node, or bundled.
import { check } from "../checks.js";
import { type Amount, Order, withTax } from "./orders.ts";

class OutOfStock extends Error {
  override name = "OutOfStock";
  readonly item: string;

  constructor(item: string) {
    super(`no ${item} left`);
    this.item = item;
  }
}

interface Parcel {
  readonly postage: Amount;
}

const parcel: Parcel = { postage: 5 };
const price = (amount: Amount): Amount => withTax(amount) + parcel.postage;
const order = (amount: Amount): Order => new Order(amount);
const fail = (item: string): never => {
  throw new OutOfStock(item);
};

await check({ price, withTax, order, Order, fail, OutOfStock });
