import { Document, parse, parseDocument, YAMLMap } from "yaml";
import { check } from "../check.js";

const doc = parseDocument("a: 1\nb: [x, y] # why\n");

await check({
  item: 5,
  used: (n) => parse(`n: ${n}`),
  captured: (n) => [doc instanceof Document, doc.get("a") + n, doc.contents instanceof YAMLMap, doc.toString()],
  argument: [doc, (given) => [given instanceof Document, given.getIn(["b", 1]), given.toJS()]],
  result: [(n) => parseDocument(`n: ${n}`), (made) => [made instanceof Document, made.toString(), made.toJS()]],
  error: () => parse("a: [1"),
});
