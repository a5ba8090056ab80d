/** CPython's own tests of queue, by the numbers of the conformance list (162 to 203). */
import { queueContract } from "../contract/queue.js";
import { ofProcess } from "../rig/realms.js";

queueContract(ofProcess);
