import { Packr, pack, unpack } from "msgpackr";
import { check } from "../check.js";

const packr = new Packr({ useRecords: false });

await check({
  item: 5,
  used: (n) => unpack(pack({ n })),
  captured: (n) => [packr instanceof Packr, packr.unpack(packr.pack({ n }))],
  argument: [packr, (given) => [given instanceof Packr, [...given.pack([1, "a"])]]],
  result: [() => new Packr({ useRecords: false }), (made) => [made instanceof Packr, made.unpack(made.pack([1]))]],
});
