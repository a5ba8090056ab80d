/** Items 24 to 31 of the conformance list, and who owns an RLock in async code. */
import { rlockContract } from "../contract/rlock.js";
import { ofProcess } from "../rig/realms.js";

rlockContract(ofProcess);
