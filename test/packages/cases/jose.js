import { errors, jwtVerify, SignJWT } from "jose";
import { check } from "../check.js";

const secret = new Uint8Array(32);
const builder = new SignJWT({ a: 1 }).setProtectedHeader({ alg: "HS256" });
await check({
  item: 5,
  used: (n) => new SignJWT({ n }).setProtectedHeader({ alg: "HS256" }).sign(secret),
  captured: async () => [builder instanceof SignJWT, await builder.sign(secret)],
  argument: [builder, (given) => given.sign(secret)],
  result: [
    (n) => new SignJWT({ n }).setProtectedHeader({ alg: "HS256" }),
    async (made) => [made instanceof SignJWT, (await jwtVerify(await made.sign(secret), secret)).payload],
  ],
  error: async () => {
    const failed = await jwtVerify("a.b.c", secret).catch((error) => error);
    if (failed instanceof errors.JWSInvalid) throw failed;
  },
});
