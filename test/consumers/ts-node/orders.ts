const rate = 0.25;

export type Amount = number;

export function withTax(amount: Amount): Amount {
  return amount * (1 + rate);
}

export class Order {
  readonly #amount: Amount;

  constructor(amount: Amount) {
    this.#amount = amount;
  }

  get total(): Amount {
    return withTax(this.#amount);
  }
}
