import _ from "lodash";
import { check } from "../check.js";

const add = _.curry((a, b, c) => a + b + c);
const total = _.flow([(values) => _.map(values, (n) => n * 2), _.sum]);

await check({
  item: 3,
  used: (n) => _.chunk(_.range(n * 2), 2),
  captured: (n) => [add(1)(2)(n), total([n, n])],
  argument: [_([1, 2, 3]), (chain) => [chain instanceof _, chain.map((n) => n * 2).value()]],
  result: [(n) => _(_.range(n)), (chain) => chain.map((n) => n + 1).value()],
});
