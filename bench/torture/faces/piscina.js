import { piscinaFace } from "../libraries/piscina.js";

export const face = piscinaFace("piscina", {});
