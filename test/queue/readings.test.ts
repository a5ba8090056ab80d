/** Numbers of queues under load: each existed at one moment. */
import { readingsContract } from "../contract/readings.js";
import { ofProcess } from "../rig/realms.js";

readingsContract(ofProcess);
