/** What heddle's queues do beyond Python's: iteration, aborting, statistics, keys that travel, arguments. */
import { queueBeyondPythonContract } from "../contract/queue-beyond-python.js";
import { ofProcess } from "../rig/realms.js";

queueBeyondPythonContract(ofProcess);
