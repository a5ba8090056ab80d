/** The rest of the conformance list's queue items: failures at put, SimpleQueue, and what is kept of items. */
import { queueSoundnessContract } from "../contract/queue-soundness.js";
import { ofProcess } from "../rig/realms.js";

queueSoundnessContract(ofProcess);
