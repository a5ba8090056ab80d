/** Threads that compute values from each other's: one is told, and the others go on. */
import { setDefaultCirclesContract } from "../contract/set-default-circles.js";
import { ofProcess } from "../rig/realms.js";

setDefaultCirclesContract(ofProcess);
