import jwt from "jsonwebtoken";
import { check } from "../check.js";

const options = { noTimestamp: true };
const tools = { verify: jwt.verify, token: jwt.sign({ a: 1 }, "secret", options) };

await check({
  item: 5,
  used: (n) => jwt.sign({ n }, "secret", options),
  captured: () => tools.verify(tools.token, "secret"),
  argument: [tools, ({ verify, token }) => [verify === jwt.verify, verify(token, "secret")]],
  result: [
    (n) => new jwt.JsonWebTokenError(`no ${n}`),
    (error) => [error instanceof jwt.JsonWebTokenError, error.name, error.message],
  ],
  error: () => jwt.verify(tools.token, "other"),
});
