const rate = 0.25;

export function withTax(amount) {
  return amount * (1 + rate);
}

export class Order {
  #amount;

  constructor(amount) {
    this.#amount = amount;
  }

  get total() {
    return withTax(this.#amount);
  }
}
