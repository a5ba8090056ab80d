/** The contracts of the containers over a second memory. */
import { describe } from "node:test";
import { integersContract } from "../contract/integers.js";
import { sharedDictContract } from "../contract/shared-dict.js";
import { structContract } from "../contract/struct.js";
import { updateContract } from "../contract/update.js";
import { ofSecond } from "../rig/second-realm.js";

describe("second realm", () => {
  for (const contract of [integersContract, sharedDictContract, structContract, updateContract]) {
    contract(ofSecond);
  }
});
