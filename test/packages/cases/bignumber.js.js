import BigNumber from "bignumber.js";
import { check } from "../check.js";

const price = new BigNumber("19.99");

await check({
  item: 7,
  used: (n) => new BigNumber(n).div(3).toString(),
  captured: (n) => [price instanceof BigNumber, price.times(n).toString()],
  argument: [price, (value) => [BigNumber.isBigNumber(value), value instanceof BigNumber, value.plus(2).toString()]],
  result: [(n) => new BigNumber(n).sqrt(), (value) => [value instanceof BigNumber, value.toFixed(3)]],
});
