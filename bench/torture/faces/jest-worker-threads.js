import { jestFace } from "../libraries/jest-worker.js";

export const face = jestFace("threads");
