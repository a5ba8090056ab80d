import { piscinaFace } from "../libraries/piscina.js";

const FASTEST = { concurrentTasksPerWorker: 64, recordTiming: false, trackUnmanagedFds: false };

export const face = piscinaFace("piscina, 64 tasks a worker", FASTEST);
