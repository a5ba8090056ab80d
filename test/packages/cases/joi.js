import Joi from "joi";
import { check } from "../check.js";

const user = Joi.object({ name: Joi.string().min(2).required(), age: Joi.number().integer() });

await check({
  item: 5,
  used: (n) => Joi.number().max(4).validate(n).error.message,
  captured: (n) => [user.validate({ name: "Ada", age: n }).value, user.validate({ name: "A" }).error?.message],
  argument: [user, (schema) => [Joi.isSchema(schema), schema.validate({}).error?.message]],
  result: [(n) => Joi.number().min(n), (schema) => [Joi.isSchema(schema), schema.validate(1).error?.message]],
  error: (n) => Joi.attempt(n, Joi.string()),
});
