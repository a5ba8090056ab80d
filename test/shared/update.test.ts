/** What the function of `update` may do: every combination ends in a value or an error. */
import { updateContract } from "../contract/update.js";
import { ofProcess } from "../rig/realms.js";

updateContract(ofProcess);
