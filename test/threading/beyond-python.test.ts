/** The contracts of the primitives that Python has not. */
import { latchContract } from "../contract/latch.js";
import { onceContract } from "../contract/once.js";
import { rwLockContract } from "../contract/rw-lock.js";
import { ofProcess } from "../rig/realms.js";

for (const contract of [latchContract, onceContract, rwLockContract]) contract(ofProcess);
