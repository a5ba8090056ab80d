import Handlebars from "handlebars";
import { check } from "../check.js";

const greet = Handlebars.compile("Hello {{name}}{{#each list}} {{this}}{{/each}}");

await check({
  item: "Ada",
  used: (name) => Handlebars.compile("{{a}}")({ a: name }),
  captured: (name) => greet({ name, list: [1, 2] }),
  argument: [new Handlebars.SafeString("<b>"), (text) => [text instanceof Handlebars.SafeString, text.toHTML()]],
  result: [(name) => new Handlebars.SafeString(name), (text) => [text instanceof Handlebars.SafeString, `${text}`]],
  error: (name) => Handlebars.compile("{{#if a}}{{/each}}")({ a: name }),
});
