import { isMatrix, matrix, multiply, parse, unit } from "mathjs";
import { check } from "../check.js";

const turn = matrix([
  [0, -1],
  [1, 0],
]);
const formula = parse("x^2 + 1").compile();

await check({
  item: 3,
  used: (n) => unit(n, "cm").toNumber("mm"),
  captured: (n) => [multiply(turn, n).toArray(), formula.evaluate({ x: n })],
  argument: [turn, (m) => [isMatrix(m), m.constructor === matrix([[1]]).constructor, multiply(m, 2).get([0, 1])]],
  result: [(n) => matrix([[n]]), (m) => [isMatrix(m), m.toArray(), multiply(m, 2).toArray()]],
  error: (n) => matrix([[n]]).get([4, 4]),
});
