import { Jimp } from "jimp";
import { check } from "../check.js";

const image = new Jimp({ width: 4, height: 2, color: 0xff0000ff });

await check({
  item: 2,
  used: (n) => new Jimp({ width: n, height: n }).resize({ w: 8 }).height,
  captured: (n) => [image instanceof Jimp, image.clone().resize({ w: 4 * n }).width, image.getPixelColor(0, 0)],
  argument: [image, (given) => [given instanceof Jimp, given.clone().invert().getPixelColor(0, 0)]],
  result: [
    (n) => new Jimp({ width: n, height: n, color: 0x00ff00ff }),
    (made) => [made.width, made.getPixelColor(0, 0)],
  ],
});
