/** SharedDict.setDefault: computed once among all threads, the others wait. */
import { setDefaultContract } from "../contract/set-default.js";
import { ofProcess } from "../rig/realms.js";

setDefaultContract(ofProcess);
