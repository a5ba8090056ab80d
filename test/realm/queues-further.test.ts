/** What queues do beyond Python's, over a second memory. */
import { describe } from "node:test";
import { itemsContract } from "../contract/items.js";
import { iterationContract } from "../contract/iteration.js";
import { queueBeyondPythonContract } from "../contract/queue-beyond-python.js";
import { readingsContract } from "../contract/readings.js";
import { ofSecond } from "../rig/second-realm.js";

describe("second realm", () => {
  for (const contract of [itemsContract, iterationContract, queueBeyondPythonContract, readingsContract])
    contract(ofSecond);
});
