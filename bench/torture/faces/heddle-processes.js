import { Pool } from "heddle/multiprocessing";
import { heddleFace } from "../libraries/heddle.js";

export const face = heddleFace("heddle Pool", "processes", Pool);
