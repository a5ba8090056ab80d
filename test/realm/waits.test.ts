/** What threads wait for in a second memory stands in their records there. */
import { describe } from "node:test";
import { waitsContract } from "../contract/waits.js";
import { ofSecond } from "../rig/second-realm.js";

describe("second realm", () => waitsContract(ofSecond));
