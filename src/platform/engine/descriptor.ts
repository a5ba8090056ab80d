/** Writing to a file descriptor so that nothing is lost and nothing waits for an event loop. */
import { sleepPumping } from "../waiting/pump.js";
import { builtin } from "./builtin.js";

const RETRY_MS = 1;

/**
 * Writes all of `bytes` before it returns. A slow reader makes a pipe answer EAGAIN (Node sets O_NONBLOCK on it) or
 * take only a part: both are retried, blocking this thread.
 *
 * @throws the system error if the descriptor cannot be written, such as EPIPE
 */
export function writeWhole(descriptor: number, bytes: Uint8Array): void {
  const { writeSync } = builtin("node:fs");
  let written = 0;
  while (written < bytes.length) {
    try {
      written += writeSync(descriptor, bytes, written, bytes.length - written);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      sleepPumping(RETRY_MS);
    }
  }
}
