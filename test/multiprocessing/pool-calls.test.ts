/** The calls of a pool beside `map`, over real threads and real processes. */
import { Pool, ThreadPool } from "heddle/multiprocessing";
import { poolCallsContract } from "../contract/pool-calls.js";

poolCallsContract("ThreadPool", (size) => new ThreadPool({ processes: size, grace: 20 }));
poolCallsContract("Pool", (size) => new Pool({ processes: size, grace: 20 }));
