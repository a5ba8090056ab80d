import * as R from "ramda";
import { check } from "../check.js";

const total = R.pipe(
  R.map((n) => n * 2),
  R.sum,
);
const add = R.curry((a, b, c) => a + b + c);
const name = R.lens(R.prop("name"), R.assoc("name"));

await check({
  item: 3,
  used: (n) => R.range(0, n),
  captured: (n) => [total([n, n]), add(1)(2)(n), R.set(name, "b", { name: "a" })],
  argument: [{ total, add }, (given) => [given.total([1]), given.add(1, 2)(3)]],
  result: [(n) => R.take(n), (take) => take([1, 2, 3, 4])],
});
