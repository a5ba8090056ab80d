/** What is not plain data: packed as for a thread, and serialised by V8. */
import { DefaultSerializer } from "node:v8";
import { collect, deposit } from "../../depot/depot-link.js";
import type { Ticket } from "../../depot/depot-protocol.js";
import type { Reach } from "../../memory/realm.js";
import { havingAll } from "../../pickle/destination.js";
import { PickleError } from "../../pickle/errors.js";
import { pack } from "../../pickle/pickle.js";
import { displayHead } from "../../platform/words/display.js";

/** As `serialize` of node:v8, which copies views of shared memory as if they were not. */
class Serializer extends DefaultSerializer {
  /** Called for views of binary data. */
  _writeHostObject(view: ArrayBufferView): void {
    if (view.buffer instanceof SharedArrayBuffer) throw new Error("#<SharedArrayBuffer> could not be cloned.");
    const write = Reflect.get(DefaultSerializer.prototype, "_writeHostObject") as (view: ArrayBufferView) => void;
    write.call(this, view);
  }
}

/** How a value that is not plain data stands in a storage. */
export interface Pickled {
  readonly bytes: Uint8Array;
  /** For what the bytes are a ticket, if they are one. */
  readonly ticket?: Ticket;
}

/**
 * @param reach who may take it out
 * @param deposits whether what holds shared memory may go to the depot, as it can where it is taken out once
 * @throws {PickleError} if the value cannot travel
 */
export function pickled(value: unknown, reach: Reach, deposits: boolean): Pickled {
  const { body } = pack(value, { to: havingAll(reach), name: "item" });
  try {
    const serializer = new Serializer();
    serializer.writeHeader();
    serializer.writeValue(body);
    return { bytes: serializer.releaseBuffer() };
  } catch (cause) {
    const { message } = cause as Error;
    const isShared = message.includes("SharedArrayBuffer");
    if (isShared && deposits) return toDepot(body);
    throw refusal(message, isShared ? " Give it to the thread as an argument, or use a Value" : "", cause);
  }
}

/** @returns what `pickled` packed, given the bytes of a ticket: it is there once only */
export function deposited(bytes: Uint8Array): unknown {
  return collect(ticketIn(bytes));
}

/** @returns the ticket that stands in the bytes */
export function ticketIn(bytes: Uint8Array): Ticket {
  return Buffer.from(bytes).toString("latin1");
}

function toDepot(body: unknown): Pickled {
  try {
    structuredClone(body); // an item that cannot travel shall not start a depot
  } catch (cause) {
    throw refusal(displayHead(cause), "", cause);
  }
  const ticket = deposit(body);
  return { bytes: Buffer.from(ticket, "latin1"), ticket };
}

function refusal(message: string, remedy: string, cause: unknown): PickleError {
  return new PickleError(`Cannot send item: ${message}${remedy}`, "item", { cause });
}
