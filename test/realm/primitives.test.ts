/** The contracts of the primitives over a second memory: what they do does not come from where they are. */
import { describe } from "node:test";
import { barrierContract } from "../contract/barrier.js";
import { conditionContract } from "../contract/condition.js";
import { eventContract } from "../contract/event.js";
import { lockAloneContract } from "../contract/lock-alone.js";
import { rlockContract } from "../contract/rlock.js";
import { semaphoreContract } from "../contract/semaphore.js";
import { ofSecond } from "../rig/second-realm.js";

describe("second realm", () => {
  for (const contract of [
    barrierContract,
    conditionContract,
    eventContract,
    lockAloneContract,
    rlockContract,
    semaphoreContract,
  ]) {
    contract(ofSecond);
  }
});
