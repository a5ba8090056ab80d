/** Values that are computed once among all threads, over a second memory. */
import { describe } from "node:test";
import { setDefaultContract } from "../contract/set-default.js";
import { setDefaultCirclesContract } from "../contract/set-default-circles.js";
import { ofSecond } from "../rig/second-realm.js";

describe("second realm", () => {
  for (const contract of [setDefaultContract, setDefaultCirclesContract]) contract(ofSecond);
});
