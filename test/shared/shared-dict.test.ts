/** SharedDict: a Map that threads share, driven beside a real Map; atomic updates; what is refused. */
import { sharedDictContract } from "../contract/shared-dict.js";
import { ofProcess } from "../rig/realms.js";

sharedDictContract(ofProcess);
