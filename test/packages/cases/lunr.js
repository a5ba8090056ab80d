import lunr from "lunr";
import { check } from "../check.js";

const documents = [
  { id: 1, title: "Red fox" },
  { id: 2, title: "Blue dog" },
];
const index = lunr(function () {
  this.ref("id");
  this.field("title");
  for (const one of documents) this.add(one);
});

await check({
  item: "foxes",
  used: (word) => lunr.stemmer(new lunr.Token(word)).toString(),
  captured: (word) => [index instanceof lunr.Index, index.search(word).map(({ ref }) => ref)],
  argument: [index, (given) => [given instanceof lunr.Index, given.search("dog").length]],
  result: [(word) => new lunr.Token(word), (token) => [token instanceof lunr.Token, `${token}`]],
  error: () => index.search("none:fox"),
});
