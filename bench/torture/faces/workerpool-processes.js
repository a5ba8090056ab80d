import { workerpoolFace } from "../libraries/workerpool.js";

export const face = workerpoolFace("processes");
