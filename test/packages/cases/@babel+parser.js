import { parse } from "@babel/parser";
import { check } from "../check.js";

const tree = parse("const a = 1;");

await check({
  item: "b + 1",
  used: (text) => parse(text).program.body[0].expression.operator,
  captured: () => [tree.type, tree.constructor === parse("1").constructor, tree.program.body[0].kind],
  argument: [tree, (file) => [file.constructor === parse("1").constructor, file.program.body.length]],
  result: [(text) => parse(text), (file) => [file.constructor === parse("1").constructor, file.program.body[0].type]],
  error: (text) => parse(`${text} +`),
});
