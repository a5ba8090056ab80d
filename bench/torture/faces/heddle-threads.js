import { ThreadPool } from "heddle/multiprocessing";
import { poolFace } from "../libraries/heddle.js";

export const face = poolFace("heddle ThreadPool", "threads", ThreadPool);
