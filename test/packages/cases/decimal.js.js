import { Decimal } from "decimal.js";
import { check } from "../check.js";

const Precise = Decimal.clone({ precision: 40 });
const third = new Precise(1).div(3);

await check({
  item: 7,
  used: (n) => new Decimal(n).div(3).toString(),
  captured: (n) => [third instanceof Precise, third.times(n).toString(), new Precise(n).div(11).toString()],
  argument: [new Decimal("1.1"), (value) => [value instanceof Decimal, value.plus(2).toString()]],
  result: [(n) => new Decimal(n).sqrt(), (value) => [value instanceof Decimal, value.toString()]],
});
