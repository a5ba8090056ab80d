/** Views without a length of their own: they grow and shrink with their buffer. Nothing says that a view is one. */
import { bufferOf, byteLengthOf, isOutOfBounds, resizableTo, viewPlace } from "../builtins/internal-state.js";

/** @returns whether `view` follows the length of its buffer: tried out on a copy, whose buffer is resized */
export function tracksLength(view: ArrayBufferView): boolean {
  const buffer = bufferOf(view);
  const most = resizableTo(buffer);
  if (most === undefined) return false;
  const { at, length, byteLength } = viewPlace(view);
  const unit = length === 0 ? bytesPerElement(view) : byteLength / length;
  const size = byteLengthOf(buffer);
  if (size - at - byteLength >= unit) return false;
  const copy = structuredClone(view);
  const resizable = copy.buffer as ArrayBuffer;
  if (size + unit <= most) {
    resizable.resize(size + unit);
    return copy.byteLength > byteLength;
  }
  // Of what is left a view with a length of its own needs more: it is out of bounds then.
  resizable.resize(at);
  return byteLength > 0 && !isOutOfBounds(copy);
}

function bytesPerElement(view: ArrayBufferView): number {
  const bare = structuredClone(view) as ArrayBufferView & { readonly BYTES_PER_ELEMENT?: number };
  return bare.BYTES_PER_ELEMENT ?? 1;
}
