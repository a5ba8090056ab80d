/** What is not plain data: packed as for a thread, and serialised by V8. */
import { DefaultSerializer } from "node:v8";
import { PickleError } from "../../pickle/errors.js";
import { pack } from "../../pickle/pickle.js";

/** As `serialize` of node:v8, which copies views of shared memory as if they were not. */
class Serializer extends DefaultSerializer {
  /** Called for views of binary data. */
  _writeHostObject(view: ArrayBufferView): void {
    if (view.buffer instanceof SharedArrayBuffer) throw new Error("#<SharedArrayBuffer> could not be cloned.");
    const write = Reflect.get(DefaultSerializer.prototype, "_writeHostObject") as (view: ArrayBufferView) => void;
    write.call(this, view);
  }
}

/** @throws {PickleError} if the value cannot travel, or only by being moved or shared */
export function pickled(value: unknown): Uint8Array {
  const { body } = pack(value, { to: "thread", name: "item" });
  try {
    const serializer = new Serializer();
    serializer.writeHeader();
    serializer.writeValue(body);
    return serializer.releaseBuffer();
  } catch (cause) {
    const { message } = cause as Error;
    const remedy = message.includes("SharedArrayBuffer") ? " Give it to the thread as an argument, or use a Value" : "";
    throw new PickleError(`Cannot send item: ${message}${remedy}`, "item", { cause });
  }
}
