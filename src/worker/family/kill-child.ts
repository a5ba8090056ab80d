/** Processes that this program has started, known by their ids alone. */
import { builtin } from "../../platform/engine/builtin.js";

/** Ends it; does nothing if it is gone. The system may have given its id to another program's process since: that one lives. */
export function killChild(pid: number): void {
  if (!isChild(pid)) return;
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Field 4 of stat(5), counted behind the command name, which may contain spaces. Elsewhere than on Linux nothing tells. */
function isChild(pid: number): boolean {
  if (process.platform !== "linux") return true;
  try {
    const stat = builtin("node:fs").readFileSync(`/proc/${pid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]) === process.pid;
  } catch {
    return false; // it is gone, or cannot be looked at: then it ends by itself, a moment later
  }
}
