import { EigenvalueDecomposition, Matrix } from "ml-matrix";
import { check } from "../check.js";

const turn = new Matrix([
  [2, 0],
  [0, 3],
]);

await check({
  item: 3,
  used: (n) => Matrix.eye(n).mul(2).to2DArray(),
  captured: (n) => [turn instanceof Matrix, turn.mmul(Matrix.eye(2).mul(n)).to2DArray()],
  argument: [turn, (given) => [given instanceof Matrix, Matrix.isMatrix(given), given.transpose().to1DArray()]],
  result: [() => new EigenvalueDecomposition(turn), (made) => made.realEigenvalues],
});
