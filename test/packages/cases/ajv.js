import { Ajv } from "ajv";
import { check } from "../check.js";

const ajv = new Ajv();
const isUser = ajv.compile({ type: "object", properties: { age: { type: "integer" } }, required: ["age"] });

await check({
  item: 5,
  used: (n) => new Ajv().validate({ type: "number", maximum: 4 }, n),
  captured: (n) => [isUser({ age: n }), isUser({ age: "x" }), ajv.validate({ type: "number" }, n)],
  argument: [ajv, (given) => [given instanceof Ajv, given.validate({ type: "string" }, 1)]],
  result: [
    (n) => new Ajv({ strict: n === 5 }),
    (made) => [made instanceof Ajv, made.validate({ type: "string" }, "a")],
  ],
  error: (n) => new Ajv().compile({ $ref: `missing${n}` }),
});
