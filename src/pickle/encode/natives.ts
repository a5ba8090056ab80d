/** Objects with internal state that structured clone carries but for prototype and properties: dates, patterns, buffers. */
import { types } from "node:util";
import type { PacketNode } from "../packet.js";
import type { Encoding } from "./encoding.js";
import { tracksLength } from "./length-tracking.js";
import type { Path } from "./path.js";
import { encodeProperties, protoOf } from "./properties.js";

/** @returns the node of such an object, or undefined if it has no such state */
export function encodeNative(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  const value = nativeState(encoding, object, path);
  if (value === undefined) return undefined;
  if (encoding.to === "process" && ArrayBuffer.isView(value)) return encodeView(encoding, value, object, path);
  const isView = ArrayBuffer.isView(object);
  const skip = (key: PropertyKey): boolean =>
    (isView && typeof key === "string" && /^\d+$/.test(key)) ||
    (types.isRegExp(object) && key === "lastIndex") ||
    (types.isStringObject(object) && (key === "length" || /^\d+$/.test(String(key))));
  // Listing the keys of a long view would cost more than sending it.
  const properties = isView && object.byteLength > 4096 ? {} : encodeProperties(encoding, object, path, skip);
  const standard = Object.getPrototypeOf(value) as object;
  return {
    ...{ t: "native", value },
    ...(types.isRegExp(object) ? { lastIndex: object.lastIndex } : {}),
    ...protoOf(encoding, object, standard, path),
    ...properties,
  };
}

/** Between processes a view loses its buffer: buffer and view travel apart, so that views of one buffer still share it. */
function encodeView(encoding: Encoding, view: ArrayBufferView, object: object, path: Path): PacketNode {
  const length = "length" in view ? (view.length as number) : view.byteLength;
  return {
    ...{ t: "view", kind: viewKind(view), buffer: encoding.entry(view.buffer, path, "buffer"), at: view.byteOffset },
    ...(tracksLength(view) ? {} : { length }),
    ...protoOf(encoding, object, Object.getPrototypeOf(view) as object, path),
  };
}

const viewTag = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(Int8Array.prototype), Symbol.toStringTag)?.get;

function viewKind(view: ArrayBufferView): string {
  return (viewTag?.call(view) as string | undefined) ?? "DataView";
}

/** @returns a plain object with the same internal state, or undefined if it has none */
function nativeState(encoding: Encoding, object: object, path: Path): object | undefined {
  if (ArrayBuffer.isView(object)) {
    if (encoding.to === "process" && types.isSharedArrayBuffer(object.buffer)) {
      throw encoding.refusal(
        path,
        "its SharedArrayBuffer reaches threads only, not other processes. Use heddle/multiprocessing's Value or SharedArray",
      );
    }
    return bareView(encoding, object);
  }
  if (types.isSharedArrayBuffer(object)) {
    if (encoding.to === "thread") return object;
    throw encoding.refusal(
      path,
      "a SharedArrayBuffer reaches threads only, not other processes. Use heddle/multiprocessing's Value or SharedArray",
    );
  }
  if (types.isArrayBuffer(object)) return object;
  if (types.isDate(object)) return new Date(Date.prototype.getTime.call(object));
  if (types.isRegExp(object)) return new RegExp(object.source, object.flags);
  return types.isBoxedPrimitive(object) ? Object(boxed(object)) : undefined;
}

function boxed(object: { valueOf(): unknown }): unknown {
  if (types.isNumberObject(object)) return Number.prototype.valueOf.call(object);
  if (types.isStringObject(object)) return String.prototype.valueOf.call(object);
  if (types.isBooleanObject(object)) return Boolean.prototype.valueOf.call(object);
  return types.isBigIntObject(object) ? BigInt.prototype.valueOf.call(object) : object.valueOf();
}

/** Small Buffers are parts of one pool, which must not travel with each: the bytes are copied out. */
function bareView(encoding: Encoding, view: ArrayBufferView): object {
  if (!Buffer.isBuffer(view)) return view;
  const shared = view.buffer.byteLength === view.byteLength || encoding.moved.has(view.buffer);
  return shared ? new Uint8Array(view.buffer, view.byteOffset, view.byteLength) : new Uint8Array(view);
}
