import * as sass from "sass";
import { check } from "../check.js";

const color = new sass.SassColor({ red: 255, green: 0, blue: 0 });

await check({
  item: 2,
  used: (n) => sass.compileString(`a { b: 1px * ${n} }`).css,
  captured: (n) => [color instanceof sass.SassColor, color.red + n],
  argument: [new sass.SassNumber(3, "px"), (value) => [value instanceof sass.SassNumber, value.value, `${value}`]],
  result: [(n) => new sass.SassString(`t${n}`), (value) => [value instanceof sass.SassString, value.text]],
  error: () => sass.compileString("a { b: "),
});
