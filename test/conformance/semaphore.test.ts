/** Items 60 to 77 of the conformance list (items about processes apart). */
import { semaphoreContract } from "../contract/semaphore.js";
import { ofProcess } from "../rig/realms.js";

semaphoreContract(ofProcess);
