/** What comes out of a queue is what went in. */
import { itemsContract } from "../contract/items.js";
import { ofProcess } from "../rig/realms.js";

itemsContract(ofProcess);
