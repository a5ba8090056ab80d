/** struct: layout, what fields hold and refuse, how classes and objects travel. */
import { structContract } from "../contract/struct.js";
import { ofProcess } from "../rig/realms.js";

structContract(ofProcess);
