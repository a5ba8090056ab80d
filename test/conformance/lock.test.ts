/** Items 1 to 23 of the conformance list. */
import { lockAloneContract } from "../contract/lock-alone.js";
import { ofProcess } from "../rig/realms.js";

lockAloneContract(ofProcess);
