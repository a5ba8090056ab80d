/** The contracts of the primitives that Python has not, over a second memory. */
import { describe } from "node:test";
import { latchContract } from "../contract/latch.js";
import { onceContract } from "../contract/once.js";
import { rwLockContract } from "../contract/rw-lock.js";
import { ofSecond } from "../rig/second-realm.js";

describe("second realm", () => {
  for (const contract of [latchContract, onceContract, rwLockContract]) contract(ofSecond);
});
