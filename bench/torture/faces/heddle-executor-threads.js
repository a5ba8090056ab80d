import { ThreadPoolExecutor } from "heddle/futures";
import { executorFace } from "../libraries/heddle.js";

export const face = executorFace("heddle ThreadPoolExecutor", "threads", ThreadPoolExecutor);
