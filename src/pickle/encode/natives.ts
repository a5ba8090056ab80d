/** Objects with internal state that structured clone carries but for prototype and properties: dates, patterns, buffers. */
import * as types from "node:util/types";
import {
  bufferOf,
  byteLengthOf,
  copyDate,
  copyPattern,
  isDetached,
  isOutOfBounds,
  itemCount,
  resizableTo,
  unboxed,
  viewKind,
  viewPlace,
  viewPrototype,
} from "../builtins/internal-state.js";
import { namedKeys } from "../builtins/named-keys.js";
import { isThere } from "../destination.js";
import type { ObjectNode, PacketNode } from "../packet.js";
import type { Encoding } from "./encoding.js";
import type { Path } from "./path.js";
import { encodeKeys, encodeProperties, encodeProperty, integrityOf, protoOf } from "./properties.js";

/** @returns the node of such an object, or undefined if it has no such state */
export function encodeNative(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  if (ArrayBuffer.isView(object)) return encodeView(encoding, object, path);
  if (types.isAnyArrayBuffer(object)) return encodeBuffer(encoding, object, path);
  if (types.isDate(object)) return nativeNode(encoding, object, copyDate(object), path);
  if (types.isRegExp(object)) return encodePattern(encoding, object, path);
  return types.isBoxedPrimitive(object) ? encodeBoxed(encoding, object, path) : undefined;
}

/** @param value what stands for it in structured clone: an object of the same state, with the prototype of the language */
function nativeNode(
  encoding: Encoding,
  object: object,
  value: object,
  path: Path,
  skip?: (key: PropertyKey) => boolean,
): ObjectNode & { readonly t: "native" } {
  const proto = protoOf(encoding, object, Object.getPrototypeOf(value) as object, path);
  return { t: "native", value, ...proto, ...encodeProperties(encoding, object, path, skip) };
}

function encodeBuffer(encoding: Encoding, buffer: ArrayBufferLike, path: Path): PacketNode {
  const isShared = types.isSharedArrayBuffer(buffer);
  if (isShared && !isThere("process", encoding.to)) throw refuseShared(encoding, "a SharedArrayBuffer", path);
  if (isDetached(buffer)) throw encoding.refusal(path, `it is a detached ArrayBuffer, ${MOVED}`);
  const standard = isShared ? SharedArrayBuffer.prototype : ArrayBuffer.prototype;
  return {
    ...{ t: "native", value: buffer },
    ...protoOf(encoding, buffer, standard, path),
    ...encodeProperties(encoding, buffer, path),
  };
}

const MOVED = "whose bytes were transferred to another owner. Send it before, or send a copy (slice) there";

function refuseShared(encoding: Encoding, what: string, path: Path): Error {
  const remedy = "Send a copy of its bytes, or use a Thread";
  return encoding.refusal(path, `${what} reaches threads only, not other processes. ${remedy}`);
}

function encodeView(encoding: Encoding, view: ArrayBufferView, path: Path): PacketNode {
  const [kind, buffer] = [viewKind(view), bufferOf(view)];
  if (isDetached(buffer)) throw encoding.refusal(path, `it is a ${kind} of a detached ArrayBuffer, ${MOVED}`);
  if (isOutOfBounds(view)) {
    const problem = `it is a ${kind} of an ArrayBuffer that was resized and does not reach it any more`;
    throw encoding.refusal(path, `${problem}. Resize the buffer, or make another view`);
  }
  if (types.isSharedArrayBuffer(buffer) && !isThere("process", encoding.to)) {
    throw refuseShared(encoding, "its SharedArrayBuffer", path);
  }
  const own = {
    ...protoOf(encoding, view, viewPrototype(kind) as object, path),
    ...encodeKeys(encoding, view, path, namedKeys(view), viewIntegrity(view)),
  };
  const value = bareView(encoding, view, buffer);
  const entry = encoding.entry(bufferOf(value), path, "buffer");
  // Structured clone keeps the buffer of a view; one that is a node of its own is the same object there.
  if (encoding.to.clones) return { t: "native", value, ...(typeof entry === "number" && { buffer: entry }), ...own };
  // As bytes a view loses its buffer: they travel apart, so that views of one buffer still share it.
  const { at, length } = viewPlace(value);
  return { t: "view", kind, buffer: entry, at, ...(tracksLength(value) ? {} : { length }), ...own };
}

/** Views with items can be made no more than not extensible; the engine says that they are sealed then. */
function viewIntegrity(view: ArrayBufferView): ReturnType<typeof integrityOf> {
  const integrity = integrityOf(view);
  return integrity !== undefined && itemCount(view) > 0 ? "preventExtensions" : integrity;
}

/** Small Buffers are parts of one pool, which must not travel with each: the bytes are copied out. */
function bareView(encoding: Encoding, view: ArrayBufferView, buffer: ArrayBufferLike): ArrayBufferView {
  if (!Buffer.isBuffer(view) || encoding.moved.has(buffer)) return view;
  return byteLengthOf(buffer) === viewPlace(view).byteLength ? view : new Uint8Array(view);
}

function encodePattern(encoding: Encoding, pattern: RegExp, path: Path): PacketNode {
  const node = nativeNode(encoding, pattern, copyPattern(pattern), path, (key) => key === "lastIndex");
  const lastIndex = Object.getOwnPropertyDescriptor(pattern, "lastIndex") as PropertyDescriptor;
  if (lastIndex.writable && typeof lastIndex.value === "number") return { ...node, lastIndex: lastIndex.value };
  return { ...node, rows: [...(node.rows ?? []), encodeProperty(encoding, "lastIndex", lastIndex, path)] };
}

function encodeBoxed(encoding: Encoding, object: object, path: Path): PacketNode {
  if (types.isSymbolObject(object)) {
    throw encoding.refusal(
      path,
      "it is an object around a symbol. Send the symbol itself, and call Object(symbol) there",
    );
  }
  const value = Object(unboxed(object)) as object;
  const characters = types.isStringObject(value) ? value.length : -1;
  const isCharacter = (key: PropertyKey): boolean =>
    key === "length" || (typeof key === "string" && /^\d+$/.test(key) && Number(key) < characters);
  return nativeNode(encoding, object, value, path, characters < 0 ? undefined : isCharacter);
}

/** Nothing says whether a view follows the length of its buffer: it is tried out on a copy, whose buffer is resized. */
function tracksLength(view: ArrayBufferView): boolean {
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
