/**
 * Ends a thread whose termination the engine has lost. From Node 22 on, a `terminate` that meets the thread inside a call of
 * the inspector, or as it reads a message, is sometimes swallowed there: JavaScript runs on in an environment that Node has
 * begun to take down. The thread never ends then, and parts of Node that it calls crash (OpenSSL, for one). What tells is
 * that messages arrive without content.
 */
import { isMainThread, MessageChannel, type MessagePort, receiveMessageOnPort } from "node:worker_threads";

const PROBE = 1;

let ports: { readonly port1: MessagePort; readonly port2: MessagePort } | undefined;

/** As `endIfTerminated`, for what every thread does: looks only where a termination may have been lost before. */
export function endIfLost(): void {
  if (ports !== undefined) endIfTerminated();
}

/** Does not return if this thread was terminated. */
export function endIfTerminated(): void {
  if (isMainThread) return;
  ports ??= new MessageChannel();
  ports.port1.postMessage(PROBE);
  // Where Node takes the environment down, a message without content arrives.
  if (receiveMessageOnPort(ports.port2)?.message === PROBE) return;
  // Asks for the termination once more, and runs nothing of the program, as `process.exit` would.
  (process as unknown as { reallyExit(code: number): never }).reallyExit(1);
}
