/** After an owner died: everybody is told, until one has recovered. One rule for all locks, in all their faces. */
import { recoveryContract } from "../contract/recovery.js";
import { ofProcess } from "../rig/realms.js";

recoveryContract(ofProcess);
