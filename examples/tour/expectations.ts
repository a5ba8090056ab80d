/**
 * What each of the tutorial's programs must do, item by item, numbered as in the list that was made from running the
 * Python originals. The tour ticks these off while a reader looks on; test/parity makes a test of each.
 */
import type { Expectation } from "./expect.js";
import { asyncioExpectations } from "./expect-asyncio.js";
import { lockExpectations } from "./expect-locks.js";
import { processExpectations } from "./expect-processes.js";
import { threadExpectations } from "./expect-threads.js";

/** All programs, in the order of the tutorial. */
export const expectations: readonly Expectation[] = [
  ...threadExpectations,
  ...lockExpectations,
  ...processExpectations,
  ...asyncioExpectations,
];
