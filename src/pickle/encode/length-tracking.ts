/** Views without a length of their own: they grow and shrink with their buffer. Nothing says that a view is one. */
import { types } from "node:util";

/** @returns whether `view` follows the length of its buffer: tried out on a copy, whose buffer is resized */
export function tracksLength(view: ArrayBufferView): boolean {
  const { buffer } = view;
  if (!types.isArrayBuffer(buffer) || !buffer.resizable) return false;
  const unit = "BYTES_PER_ELEMENT" in view ? (view.BYTES_PER_ELEMENT as number) : 1;
  const beyond = buffer.byteLength - view.byteOffset - view.byteLength;
  if (beyond >= unit) return false;
  const copy = structuredClone(view);
  const resizable = copy.buffer as ArrayBuffer;
  if (buffer.byteLength + unit <= buffer.maxByteLength) {
    resizable.resize(buffer.byteLength + unit);
    return copy.byteLength > view.byteLength;
  }
  // Of what is left a view with a length of its own needs more: it is out of bounds then, where its offset reads 0.
  resizable.resize(view.byteOffset);
  return view.byteLength > 0 && isInBounds(copy);
}

function isInBounds(view: ArrayBufferView): boolean {
  try {
    if (view instanceof DataView) return view.byteLength === 0;
    (view as Uint8Array).fill(0);
    return true;
  } catch {
    return false;
  }
}
