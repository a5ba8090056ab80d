import Fuse from "fuse.js";
import { check } from "../check.js";

const fuse = new Fuse(["apple", "orange", "banana"], { threshold: 0.3 });

await check({
  item: "aple",
  used: (word) => new Fuse(["apple"]).search(word).length,
  captured: (word) => [fuse instanceof Fuse, fuse.search(word).map(({ item }) => item)],
  argument: [fuse, (given) => [given instanceof Fuse, given.search("banan")[0].item]],
  result: [(word) => new Fuse([word]), (made) => [made instanceof Fuse, made.search("aple").length]],
});
