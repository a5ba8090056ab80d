/** Objects that are not plain: class instances, errors, collections and data that hold such things. */

import { types } from "node:util";
import { mapStack } from "../../platform/source-maps.js";
import type { Entry, PacketNode, Properties } from "../packet.js";
import { registrationFor } from "../registry.js";
import { commonJsExport } from "../source/common-js.js";
import { builtinName } from "../source/known.js";
import type { Encoding } from "./encoding.js";
import { foreignState, hiddenState } from "./hidden-state.js";
import { encodeHostObject } from "./host-objects.js";
import { Hop, type Path } from "./path.js";
import { encodePrivateState } from "./private-state.js";
import { encodeProperties } from "./properties.js";

/** @throws {PickleError} if the object cannot travel */
export function encodeObject(encoding: Encoding, object: object, path: Path): PacketNode {
  const problem = hiddenState(object);
  if (problem !== undefined) throw encoding.refusal(path, problem);
  const reference = encodeHostObject(encoding, object, path) ?? referenceOf(object);
  if (reference !== undefined) return reference;
  const prototype = encodePrototype(encoding, object, path);
  if (prototype !== undefined) return prototype;
  const node = encodeRegistered(encoding, object, path) ?? encodeByKind(encoding, object, path);
  const privates = encodePrivateState(encoding, object, path);
  return privates === undefined ? node : ({ ...node, privates } as PacketNode);
}

/** A module's exports object is loaded there, not copied. */
function referenceOf(object: object): PacketNode | undefined {
  if (Object.getPrototypeOf(object) !== Object.prototype && Object.getPrototypeOf(object) !== null) return undefined;
  const name = builtinName(object);
  if (name !== undefined) return { t: "known", name };
  const url = commonJsExport(object);
  return url === undefined ? undefined : { t: "import", url, name: "default" };
}

function encodeRegistered(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  const registration = registrationFor(object);
  if (registration === undefined) return undefined;
  const { url, name, threadsOnly } = registration;
  if (threadsOnly && encoding.to === "process") {
    throw encoding.refusal(path, `this ${name} lives in the memory of this process: it reaches threads only`);
  }
  return {
    t: "revived",
    ...{ url, name, before: [] },
    cls: encoding.entry(classOf(object), path, "constructor"),
    data: encoding.entry(registration.reduce(object), path, new Hop("")),
    ...encodeProperties(encoding, object, path),
  };
}

/** `C.prototype` itself is made with its class. */
function encodePrototype(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  const maker: unknown = Object.getOwnPropertyDescriptor(object, "constructor")?.value;
  if (typeof maker !== "function" || types.isProxy(maker)) return undefined;
  if (Object.getOwnPropertyDescriptor(maker, "prototype")?.value !== object) return undefined;
  return { t: "prototype", of: encoding.entry(maker, path, "constructor") };
}

function encodeByKind(encoding: Encoding, object: object, path: Path): PacketNode {
  if (types.isNativeError(object)) return encodeError(encoding, object, path);
  if (Array.isArray(object)) return encodeArray(encoding, object, path);
  if (types.isMap(object)) {
    const entries: Entry[] = [];
    let place = 0;
    for (const [key, value] of Map.prototype.entries.call(object)) {
      entries.push(encoding.entry(key, path, new Hop(`<key ${place}>`)));
      const name = typeof key === "string" ? JSON.stringify(key) : String(place);
      entries.push(encoding.entry(value, path, new Hop(`.get(${name})`)));
      place++;
    }
    return {
      t: "map",
      entries,
      ...protoOf(encoding, object, Map.prototype, path),
      ...encodeProperties(encoding, object, path),
    };
  }
  if (types.isSet(object)) {
    const items = Array.from(Set.prototype.values.call(object), (item, i) =>
      encoding.entry(item, path, new Hop(`<item ${i}>`)),
    );
    return {
      t: "set",
      items,
      ...protoOf(encoding, object, Set.prototype, path),
      ...encodeProperties(encoding, object, path),
    };
  }
  return encodeNative(encoding, object, path) ?? encodeOrdinary(encoding, object, path);
}

function encodeError(encoding: Encoding, error: Error, path: Path): PacketNode {
  const proto = encoding.prototypeEntry(errorPrototype(error), path);
  // Node puts functions of its own on some of its errors: they stay here.
  const skip = (key: PropertyKey, property: PropertyDescriptor): boolean =>
    key === "stack" || (typeof property.value === "function" && property.enumerable === false);
  return { t: "error", stack: mapStack(String(error.stack)), proto, ...encodeProperties(encoding, error, path, skip) };
}

/** The errors that Node makes itself have prototypes that nobody can name; their `constructor` says what they pass for. */
function errorPrototype(error: Error): object {
  const proto = Object.getPrototypeOf(error) as object;
  const isNodes = Object.getOwnPropertyDescriptor(proto, "constructor")?.get !== undefined;
  return isNodes ? (error.constructor as ErrorConstructor).prototype : proto;
}

function encodeArray(encoding: Encoding, array: readonly unknown[], path: Path): PacketNode {
  const items: unknown[] = new Array(array.length);
  const { values, ...rest } = encodeProperties(encoding, array, path, (key) => key === "length");
  for (const [key, value] of Object.entries(values ?? {})) items[key as unknown as number] = value;
  return { t: "array", items, ...protoOf(encoding, array, Array.prototype, path), ...rest };
}

/** Objects with internal state that structured clone carries but for prototype and properties. */
function encodeNative(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
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
  return {
    ...{ t: "view", kind: viewKind(view), buffer: encoding.entry(view.buffer, path, "buffer") },
    ...{ at: view.byteOffset, length: "length" in view ? (view.length as number) : view.byteLength },
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

function encodeOrdinary(encoding: Encoding, object: object, path: Path): PacketNode {
  const problem = foreignState(object);
  if (problem !== undefined) throw encoding.refusal(path, problem);
  return {
    t: "object",
    ...protoOf(encoding, object, Object.prototype, path),
    ...encodeProperties(encoding, object, path),
  } as PacketNode & Properties;
}

function protoOf(encoding: Encoding, object: object, standard: object, path: Path): { proto?: Entry } {
  const proto = Object.getPrototypeOf(object);
  return proto === standard ? {} : { proto: encoding.prototypeEntry(proto as object | null, path) };
}

function classOf(object: object): unknown {
  return (Object.getPrototypeOf(object) as { constructor?: unknown }).constructor;
}
