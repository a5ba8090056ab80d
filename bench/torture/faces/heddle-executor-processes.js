import { ProcessPoolExecutor } from "heddle/futures";
import { executorFace } from "../libraries/heddle.js";

export const face = executorFace("heddle ProcessPoolExecutor", "processes", ProcessPoolExecutor);
