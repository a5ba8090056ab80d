import { Pool } from "heddle/multiprocessing";
import { poolFace } from "../libraries/heddle.js";

export const face = poolFace("heddle Pool", "processes", Pool);
