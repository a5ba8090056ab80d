import * as v from "valibot";
import { check } from "../check.js";

const user = v.object({ name: v.pipe(v.string(), v.minLength(2)), age: v.optional(v.number()) });

await check({
  item: 5,
  used: (n) => v.safeParse(v.number(), n).output,
  captured: (n) => [v.parse(user, { name: "Ada", age: n }), v.is(user, { name: "A" })],
  argument: [user, (schema) => v.safeParse(schema, {}).issues.map(({ message }) => message)],
  result: [(n) => v.pipe(v.number(), v.minValue(n)), (schema) => v.is(schema, 1)],
  error: (n) => v.parse(v.string(), n),
});
