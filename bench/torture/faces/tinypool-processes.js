import { tinypoolFace } from "../libraries/tinypool.js";

export const face = tinypoolFace("processes");
