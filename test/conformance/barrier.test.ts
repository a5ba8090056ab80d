/** Items 78 to 93 of the conformance list (items about processes apart). */
import { barrierContract } from "../contract/barrier.js";
import { ofProcess } from "../rig/realms.js";

barrierContract(ofProcess);
