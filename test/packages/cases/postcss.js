import postcss, { CssSyntaxError, Root } from "postcss";
import { check } from "../check.js";

const sheet = postcss.parse("a { color: red; b: c }");
const processor = postcss([(root) => root.walkDecls("color", (decl) => Object.assign(decl, { value: "blue" }))]);

await check({
  item: "a{}",
  used: (css) => postcss.parse(css).first.selector,
  captured: (css) => [sheet instanceof Root, sheet.first.nodes.length, processor.process(css, { from: undefined }).css],
  argument: [sheet, (root) => [root instanceof Root, root.first.selector, root.toString()]],
  result: [(css) => postcss.parse(css), (root) => [root instanceof Root, root.toString()]],
  error: () => {
    try {
      postcss.parse("a {");
    } catch (error) {
      if (error instanceof CssSyntaxError) throw error;
    }
  },
});
