export class OutOfStock extends Error {
  name = "OutOfStock";

  constructor(item) {
    super(`no ${item} left`);
    this.item = item;
  }
}

const postage = 5;

export const withTax = (amount) => amount * 1.25;
export const price = (amount) => withTax(amount) + postage;
export const order = (amount) => new Order(amount);
export const fail = (item) => {
  throw new OutOfStock(item);
};

export class Order {
  constructor(amount) {
    this.amount = amount;
  }

  get total() {
    return withTax(this.amount);
  }
}
