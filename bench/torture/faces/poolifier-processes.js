import { poolifierFace } from "../libraries/poolifier.js";

export const face = poolifierFace("processes");
