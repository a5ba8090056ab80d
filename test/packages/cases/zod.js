import { ZodError, z } from "zod";
import { check } from "../check.js";

const user = z.object({ name: z.string().min(1), age: z.number().int().optional() });

await check({
  item: 5,
  used: (n) => z.array(z.number()).safeParse([n]).data,
  captured: (n) => [user.parse({ name: "Ada", age: n }), user.safeParse({ name: "" }).error.issues.length],
  argument: [user, (schema) => [schema instanceof z.ZodObject, schema.safeParse({ name: 1 }).success]],
  result: [(n) => z.number().max(n), (schema) => [schema instanceof z.ZodNumber, schema.safeParse(9).success]],
  error: [(n) => z.string().parse(n), (error) => error instanceof ZodError && error.issues.length === 1],
});
