/** Leaving the iterators over queues: a wait ends, and no item is lost. */
import { iterationContract } from "../contract/iteration.js";
import { ofProcess } from "../rig/realms.js";

iterationContract(ofProcess);
