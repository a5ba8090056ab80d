/** What each kind of number takes, and that nothing else is stored as something else, wherever it is written. */
import { integersContract } from "../contract/integers.js";
import { ofProcess } from "../rig/realms.js";

integersContract(ofProcess);
