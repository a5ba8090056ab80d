import { number, object, string } from "yup";
import { check } from "../check.js";

const user = object({ name: string().min(2).required(), age: number().integer() });

await check({
  item: 5,
  used: (n) => number().max(4).isValidSync(n),
  captured: (n) => [user.validateSync({ name: "Ada", age: n }), user.isValidSync({ name: "A" })],
  argument: [user, (schema) => [schema.constructor === object().constructor, schema.isValidSync({})]],
  result: [(n) => number().min(n), (schema) => [schema.constructor === number().constructor, schema.isValidSync(1)]],
  error: (n) => user.validateSync({ name: "", age: n }),
});
