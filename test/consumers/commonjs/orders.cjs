const rate = 0.25;

function withTax(amount) {
  return amount * (1 + rate);
}

class Order {
  #amount;

  constructor(amount) {
    this.#amount = amount;
  }

  get total() {
    return withTax(this.#amount);
  }
}

module.exports = { withTax, Order };
