/** The contracts of the queues over a second memory. */
import { describe } from "node:test";
import { queueContract } from "../contract/queue.js";
import { queueSoundnessContract } from "../contract/queue-soundness.js";
import { ofSecond } from "../rig/second-realm.js";

describe("second realm", () => {
  for (const contract of [queueContract, queueSoundnessContract]) contract(ofSecond);
});
