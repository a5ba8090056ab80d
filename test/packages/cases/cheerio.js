import { load } from "cheerio";
import { check } from "../check.js";

const $ = load("<ul><li>a</li><li class='b'>b</li></ul>");
const items = $("li");

await check({
  item: "<p>x</p>",
  used: (html) => load(html)("p").text(),
  captured: (html) => [$("li.b").text(), items.length, items.first().text(), $(html).prop("tagName")],
  argument: [items, (list) => [list.length, list.eq(1).text(), list.parent().children().length]],
  result: [(html) => load(html)("p"), (found) => [found.length, found.text(), found.parent().prop("tagName")]],
});
