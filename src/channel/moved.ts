/**
 * Buffers that leave the thread with an item. What arrives is a copy, as of every item, and the sender's buffer is
 * detached: so it survives the death of either side, and nobody needs to be there to receive it.
 */
import { PickleError } from "../pickle/errors.js";
import { detach } from "../platform/engine/detach.js";
import { wrongType } from "../platform/errors/arguments.js";
import { typeError } from "../platform/errors/errors.js";

/**
 * @throws {PickleError} for a MessagePort
 * @throws {TypeError} for anything else that is no list of different ArrayBuffers
 */
export function checkMoved(where: string, buffers: readonly unknown[] | undefined): void {
  if (buffers === undefined) return;
  if (!Array.isArray(buffers)) throw wrongType(`${where}: transfer`, "an array of ArrayBuffers", buffers);
  for (const [index, buffer] of buffers.entries()) {
    if (buffer instanceof MessagePort) {
      const remedy = "a queue cannot move it. Give it to the thread as an argument, with `transfer`";
      throw new PickleError(`Cannot send a MessagePort: ${remedy}`, `transfer[${index}]`);
    }
    if (!(buffer instanceof ArrayBuffer)) throw wrongType(`${where}: transfer[${index}]`, "an ArrayBuffer", buffer);
    if (buffers.indexOf(buffer) !== index) throw typeError(`${where}: transfer[${index}] is listed twice`);
  }
}

/** The item is put. */
export function detachMoved(buffers: readonly ArrayBuffer[] | undefined): void {
  for (const buffer of buffers ?? []) detach(buffer);
}
