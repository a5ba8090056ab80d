import MarkdownIt from "markdown-it";
import { check } from "../check.js";

const md = new MarkdownIt({ html: true });

await check({
  item: "*a* b",
  used: (text) => new MarkdownIt().render(text),
  captured: (text) => [md instanceof MarkdownIt, md.render(text)],
  argument: [md, (given) => [given instanceof MarkdownIt, given.renderInline("**x**")]],
  result: [(text) => md.parse(text, {})[0], (token) => [token.type, token.attrIndex("a")]],
});
