import { ThreadPool } from "heddle/multiprocessing";
import { heddleFace } from "../libraries/heddle.js";

export const face = heddleFace("heddle ThreadPool", "threads", ThreadPool);
