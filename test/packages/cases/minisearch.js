import MiniSearch from "minisearch";
import { check } from "../check.js";

const search = new MiniSearch({ fields: ["title"] });
search.addAll([
  { id: 1, title: "Red fox" },
  { id: 2, title: "Blue dog" },
]);

await check({
  item: "fox",
  used: (word) => new MiniSearch({ fields: ["a"] }).search(word).length,
  captured: (word) => [search instanceof MiniSearch, search.search(word).map(({ id }) => id)],
  argument: [search, (given) => [given instanceof MiniSearch, given.search("dog", { prefix: true })[0].id]],
  result: [(word) => new MiniSearch({ fields: [word] }), (made) => [made instanceof MiniSearch, made.documentCount]],
});
