/** Items 32 to 50 of the conformance list (items about processes apart). */
import { conditionContract } from "../contract/condition.js";
import { ofProcess } from "../rig/realms.js";

conditionContract(ofProcess);
