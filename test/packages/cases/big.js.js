import Big from "big.js";
import { check } from "../check.js";

const price = new Big("19.99");

await check({
  item: 7,
  used: (n) => new Big(n).div(3).toString(),
  captured: (n) => [price instanceof Big, price.times(n).toString()],
  argument: [price, (value) => [value instanceof Big, value.plus("0.01").toString()]],
  result: [(n) => Big(n).sqrt(), (value) => [value instanceof Big, value.toFixed(3)]],
});
