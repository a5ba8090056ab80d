import sharp from "sharp";
import { check } from "../check.js";

const red = { create: { width: 8, height: 4, channels: 3, background: "red" } };
const image = sharp(red);

const instead = "a stream, which stays here. Make it in the worker";

await check({
  refused: { captured: instead, argument: instead, result: instead },
  item: 2,
  used: async (n) =>
    (
      await sharp(red)
        .resize(8 * n)
        .png()
        .toBuffer({ resolveWithObject: true })
    ).info.width,
  captured: async (n) => (await image.clone().resize(n).raw().toBuffer({ resolveWithObject: true })).info.width,
  argument: [image, async (given) => [given instanceof sharp, (await given.metadata()).width]],
  result: [(n) => sharp(red).rotate(n), async (made) => [made instanceof sharp, (await made.metadata()).width]],
});
