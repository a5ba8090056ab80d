/** heddle: every module as a namespace. */
export * as asyncio from "./asyncio/index.js";
export * as futures from "./futures/index.js";
export * as multiprocessing from "./multiprocessing/index.js";
export * as pickle from "./pickle/index.js";
export * as queue from "./queue/index.js";
export * as shared from "./shared/index.js";
export * as threading from "./threading/index.js";
export * as time from "./time/index.js";
