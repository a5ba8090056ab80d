import { XMLBuilder, XMLParser } from "fast-xml-parser";
import { check } from "../check.js";

const parser = new XMLParser({ ignoreAttributes: false });
const builder = new XMLBuilder({});

await check({
  item: "<a><b>1</b></a>",
  used: (xml) => new XMLParser().parse(xml),
  captured: (xml) => [parser instanceof XMLParser, parser.parse(xml), builder.build({ a: 1 })],
  argument: [parser, (given) => [given instanceof XMLParser, given.parse('<a x="1"/>')]],
  result: [() => new XMLBuilder({ format: true }), (made) => [made instanceof XMLBuilder, made.build({ a: { b: 1 } })]],
});
