/**
 * Takes an ArrayBuffer from this thread, and its memory from the process at once. Sent to a port that is closed it is
 * detached all the same, and the message that has it then is thrown away.
 *
 * `structuredClone` would make a new buffer of it, which lives until the garbage collector comes; until then the next ones
 * get memory that nobody has used yet, every page of which costs a fault. `ArrayBuffer.prototype.transfer` is not there on
 * Node 20, and on Node 22 takes what is marked as untransferable, Node's own pool of small Buffers among it.
 */
import { MessageChannel, type MessagePort } from "node:worker_threads";

/** Made when it is first needed. */
let nowhere: MessagePort | undefined;

/** What Node never lets go, as the memory of WebAssembly and the pool of its small Buffers, stays. */
export function detach(buffer: ArrayBuffer): void {
  if (buffer.byteLength === 0) return;
  nowhere ??= closedPort();
  try {
    nowhere.postMessage(undefined, [buffer]);
  } catch (error) {
    // On Node 20 such a buffer stays without an error.
    if ((error as Error).name !== "DataCloneError") throw error;
  }
}

function closedPort(): MessagePort {
  const { port1 } = new MessageChannel();
  port1.close(); // takes the other one with it
  return port1;
}
