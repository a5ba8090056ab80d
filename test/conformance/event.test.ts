/** Items 52 to 57 of the conformance list. */
import { eventContract } from "../contract/event.js";
import { ofProcess } from "../rig/realms.js";

eventContract(ofProcess);
