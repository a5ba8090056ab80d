/** Locks whose owners died, over a second memory. */
import { describe } from "node:test";
import { recoveryContract } from "../contract/recovery.js";
import { ofSecond } from "../rig/second-realm.js";

describe("second realm", () => recoveryContract(ofSecond));
