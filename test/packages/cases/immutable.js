import { List, Record, Map as Table } from "immutable";
import { check } from "../check.js";

const Point = Record({ x: 0, y: 0 }, "Point");
const origin = Point({ x: 1 });
const table = Table({ a: 1, b: List([1, 2]) });

await check({
  item: 3,
  used: (n) => List([1, 2]).push(n).toArray(),
  captured: (n) => [origin.set("y", n).toJS(), table.set("c", n).toJS(), table.get("b") instanceof List],
  argument: [table, (map) => [Table.isMap(map), map instanceof Table, map.get("b").toArray()]],
  result: [(n) => Table({ n }), (map) => [map instanceof Table, map.equals(Table({ n: 3 }))]],
});
