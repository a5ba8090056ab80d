/**
 * The way into workers that heddle did not start: what `postMessage` of any Worker or MessagePort can carry.
 *
 * The message names the heap and brings it along, for a worker that was started before there was one.
 */
import { adoptRealm, processRealm } from "../memory/process-realm.js";
import { THREAD } from "../pickle/destination.js";
import { pack, unpack } from "../pickle/pickle.js";
import { wrongType } from "../platform/errors/arguments.js";
import { RuntimeError } from "../platform/errors/errors.js";

const TAG = "heddle.shared";

/** What `share` gives: to be posted as it is, or as a part of a message. */
export interface SharedMessage<T> {
  readonly tag: typeof TAG;
  readonly heap: SharedArrayBuffer;
  readonly heapId: number;
  readonly body: unknown;
  /** Only in the types: what `receive` gives. */
  readonly value?: T;
}

/**
 * Wraps a value for the `postMessage` of a worker that you have started yourself. Shared objects in it stay the same
 * objects; functions and instances travel as they do to a Thread.
 *
 * @throws {PickleError} if something in the value cannot travel
 * @example
 * import { once } from "node:events";
 * import { Worker } from "node:worker_threads";
 * import { SharedDict, share } from "heddle/shared";
 *
 * const dict = new SharedDict<number>([["seen", 41]]);
 * const code = `
 *   import { parentPort } from "node:worker_threads";
 *   import { receive } from "${import.meta.resolve("heddle/shared")}";
 *   parentPort.once("message", (message) => receive(message).add("seen", 1));
 * `;
 * const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(code)}`));
 * worker.postMessage(share(dict));
 * await once(worker, "exit");
 * console.log(dict.get("seen")); // 42
 */
export function share<T>(value: T): SharedMessage<T> {
  const { heap } = processRealm();
  const { body } = pack(value, { to: THREAD, name: "value" });
  return { tag: TAG, heap: heap.buffer, heapId: heap.id, body };
}

/**
 * Unwraps what `share` gave in another thread.
 *
 * @throws {TypeError} if it is something else
 * @throws {RuntimeError} if this worker used heddle before it was told of the program's shared memory
 */
export function receive<T>(message: SharedMessage<T>): T {
  if (!isShared(message)) throw wrongType("receive: message", "what share() gave", message);
  if (!adoptRealm(message.heap, message.heapId)) {
    throw new RuntimeError(
      "Cannot receive: this worker was started before the program had shared memory, and has made its own since; " +
        "start it later, or receive before anything else of heddle is used in it",
    );
  }
  return unpack<T>(message.body);
}

function isShared(message: unknown): message is SharedMessage<unknown> {
  return typeof message === "object" && message !== null && (message as { tag?: unknown }).tag === TAG;
}
