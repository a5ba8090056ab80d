/** Objects that are not plain: class instances, errors, collections and data that hold such things. */
import * as types from "node:util/types";
import { quote } from "../../platform/words/user-text.js";
import { eachEntry, eachItem } from "../builtins/internal-state.js";
import { builtinName, hiddenBuiltinName, isClassOfNode } from "../builtins/node-names.js";
import { isThere } from "../destination.js";
import { hooksFor } from "../hooks.js";
import { originOf } from "../origin.js";
import type { Entry, PacketNode, Properties } from "../packet.js";
import { noteInstalled } from "../rebuilt.js";
import { registrationFor } from "../registry.js";
import { encodeArray } from "./arrays.js";
import { encodeCache } from "./caches.js";
import { encodePool } from "./class/pools.js";
import { encodePrivateState } from "./class/private-state.js";
import { encodePrototype, isPrototype } from "./class/prototypes.js";
import { encodeWeakState } from "./class/weak-state.js";
import type { Encoding } from "./encoding.js";
import { withStack } from "./error-stack.js";
import { foreignState, hiddenState } from "./hidden-state.js";
import { encodeHostObject } from "./host-objects.js";
import { importNode } from "./import-node.js";
import { encodeNative } from "./natives.js";
import { Hop, type Path } from "./path.js";
import { encodeProperties, protoOf } from "./properties.js";
import { isRemade } from "./remade.js";

/** @throws {PickleError} if the object cannot travel */
export function encodeObject(encoding: Encoding, object: object, path: Path): PacketNode {
  const reduced = encodeReduced(encoding, object, path);
  if (reduced !== undefined) return reduced;
  const module = encodeModule(encoding, object, path);
  if (module !== undefined) return module;
  const cache = encodeCache(object);
  if (cache !== undefined) return cache;
  const problem = hiddenState(object);
  if (problem !== undefined) throw encoding.refusal(path, problem);
  const host = encodeHostObject(encoding, object, path);
  if (host !== undefined) return host;
  const prototype = encodePrototype(encoding, object, path);
  if (prototype !== undefined) return prototype;
  const node = encodeRegistered(encoding, object, path) ?? encodeByKind(encoding, object, path);
  const privates = encodePrivateState(encoding, object, path);
  if (node.t === "revived" && privates !== undefined) noteInstalled(object);
  const weak = isRemade(node) ? encodeWeakState(encoding, object, path) : undefined;
  const pool = weak === undefined ? encodePool(encoding, object, node, path) : undefined;
  if (pool !== undefined && privates === undefined) return { ...node, pool } as PacketNode;
  if (privates === undefined && weak === undefined) return node;
  return { ...node, ...(privates ? { privates } : {}), ...(weak ? { weak } : {}) } as PacketNode;
}

/** A module is loaded there, not copied. */
function encodeModule(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  if (types.isProxy(object)) return importOf(encoding, object, path);
  if (Object.getPrototypeOf(object) !== Object.prototype && Object.getPrototypeOf(object) !== null) return undefined;
  const name = builtinName(object);
  if (name !== undefined) return { t: "known", name };
  return importOf(encoding, object, path);
}

function importOf(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  const reference = encoding.moduleOf(object);
  return reference && importNode(encoding, reference, path);
}

function encodeRegistered(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  const registration = registrationFor(object);
  if (registration === undefined) return undefined;
  const { url, name } = registration;
  const problem = registration.refuse?.(object, encoding.to);
  if (problem !== undefined) throw encoding.refusal(path, problem);
  if (registration.reach !== undefined && !isThere(registration.reach(object), encoding.to)) {
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

/** What the user's hook gives stands for the whole object: properties and private fields stay here. */
function encodeReduced(encoding: Encoding, object: object, path: Path): PacketNode | undefined {
  const found = types.isProxy(object) ? undefined : hooksFor(object);
  if (found === undefined || isPrototype(object)) return undefined;
  const [owner, { reduce, revive }] = found;
  return {
    ...{ t: "reduced", before: [] },
    cls: encoding.entry(classOf(object), path, "constructor"),
    owner: encoding.entry(owner, path, "constructor"),
    reduce: encoding.entry(reduce, path, new Hop(" → reduce")),
    revive: encoding.entry(revive, path, new Hop(" → revive")),
    data: encoding.entry(reduce(object), path, new Hop(" → reduce()")),
  };
}

function encodeByKind(encoding: Encoding, object: object, path: Path): PacketNode {
  if (types.isNativeError(object)) return encodeError(encoding, object, path);
  if (Array.isArray(object)) return encodeArray(encoding, object, path);
  if (types.isMap(object)) {
    const entries: Entry[] = [];
    let place = 0;
    eachEntry(object, (value, key) => {
      entries.push(encoding.entry(key, path, new Hop(`<key ${place}>`)));
      const name = typeof key === "string" ? quote(key) : String(place);
      entries.push(encoding.entry(value, path, new Hop(`.get(${name})`)));
      place++;
    });
    return {
      t: "map",
      entries,
      ...protoOf(encoding, object, Map.prototype, path),
      ...encodeProperties(encoding, object, path),
    };
  }
  if (types.isSet(object)) {
    const items: Entry[] = [];
    eachItem(object, (item) => items.push(encoding.entry(item, path, new Hop(`<item ${items.length}>`))));
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
  const skip = (key: PropertyKey): boolean =>
    key === "stack" || isNodesFunction(error, key) || staysHere(encoding, error, key);
  return { t: "error", proto, ...withStack(encoding, error, path, encodeProperties(encoding, error, path, skip)) };
}

/** @returns whether the property is to be left out because it cannot travel */
export function staysHere({ trials }: Pick<Encoding, "trials">, error: object, key: PropertyKey): boolean {
  if (trials === undefined) return false;
  const { value, get, set } = Object.getOwnPropertyDescriptor(error, key) as PropertyDescriptor;
  return ![value, get, set].every((each) => trials.travels(each));
}

/** Node puts a function of its own on some of its errors, which have a code: it stays here. */
function isNodesFunction(error: Error, key: PropertyKey): boolean {
  if (key !== "toString" || !Object.hasOwn(error, "code")) return false;
  const property = Object.getOwnPropertyDescriptor(error, key);
  return typeof property?.value === "function" && property.enumerable === false;
}

/** The errors that Node makes itself have prototypes that nobody can name; their `constructor` says what they pass for. */
function errorPrototype(error: Error): object {
  const proto = Object.getPrototypeOf(error) as object;
  const isNodes = Object.getOwnPropertyDescriptor(proto, "constructor")?.get !== undefined;
  return isNodes ? (error.constructor as ErrorConstructor).prototype : proto;
}

function encodeOrdinary(encoding: Encoding, object: object, path: Path): PacketNode {
  const name = isOfNode(object) ? hiddenBuiltinName(object) : undefined;
  if (name !== undefined) return { t: "known", name };
  const problem = foreignState(object);
  if (problem !== undefined) throw encoding.refusal(path, problem);
  return {
    t: "object",
    ...(encoding.isPrototype(object) ? { origin: originOf(object) } : {}),
    ...protoOf(encoding, object, Object.prototype, path),
    ...encodeProperties(encoding, object, path),
  } as PacketNode & Properties;
}

/** Node exports objects of its classes, such as `crypto.subtle`. */
function isOfNode(object: object): boolean {
  const proto: unknown = Object.getPrototypeOf(object);
  if (typeof proto !== "object" || proto === null || proto === Object.prototype) return false;
  const cls: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
  return typeof cls === "function" && isClassOfNode(cls);
}

function classOf(object: object): unknown {
  return (Object.getPrototypeOf(object) as { constructor?: unknown }).constructor;
}
