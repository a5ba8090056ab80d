/**
 * Objects of which a class keeps one for each value: in a Map of its module (`Name.of("Size")`), or as a static member
 * (`Color.RED`). Code compares them by identity, so the receiver's own stands for what arrives, if that holds the same.
 */
import * as types from "node:util/types";
import { eachEntry } from "../../builtins/internal-state.js";
import type { AnyFunction } from "../../live/function-facts.js";
import { scopesAround, variablesIn } from "../../live/scopes.js";
import { isKept } from "../../packages/kept.js";
import type { PacketNode, Pool } from "../../packet.js";
import type { Encoding } from "../encoding.js";
import { encodeReference } from "../function/capture.js";
import type { Path } from "../path.js";

interface Pools {
  readonly cls: AnyFunction;
  readonly maps: readonly (readonly [variable: string, map: Map<unknown, unknown>])[];
}

const pools = new WeakMap<object, Pools | null>();

/** @returns where the class of `object`, which has this node, keeps it; undefined if it does not, or the receiver has no such class */
export function encodePool(encoding: Encoding, object: object, node: PacketNode, path: Path): Pool | undefined {
  const proto: object | null = Object.getPrototypeOf(object);
  if (proto === null || proto === Object.prototype || !isValue(node)) return undefined;
  let known = pools.get(proto);
  if (known === undefined) {
    known = poolsOf(encoding, proto, path);
    pools.set(proto, known);
  }
  if (known === null) return undefined;
  const of = encoding.entry(known.cls, path, "constructor");
  const name = keyIn(known.cls, object);
  if (name !== undefined) return [of, name];
  for (const [variable, map] of known.maps) {
    const key = keyIn(map, object);
    if (key !== undefined) return [encoding.entryOf({ t: "kept", of, variable, kind: "object", path: [] }), key];
  }
  return undefined;
}

/** Only such an object can be compared with another before it is there. */
function isValue(node: PacketNode): boolean {
  if (node.t !== "object" || node.rows !== undefined || node.privates !== undefined) return false;
  return Object.values(node.values ?? {}).every((value) => typeof value !== "object" || value === null);
}

function poolsOf(encoding: Encoding, proto: object, path: Path): Pools | null {
  const cls: unknown = Object.getOwnPropertyDescriptor(proto, "constructor")?.value;
  if (typeof cls !== "function" || types.isProxy(cls) || cls.prototype !== proto) return null;
  return encodeReference(encoding, cls, path) === undefined ? null : { cls, maps: mapsAround(cls) };
}

function mapsAround(cls: AnyFunction): Pools["maps"] {
  const maps = new Map<string, Map<unknown, unknown>>();
  for (const [variable, value] of variablesIn(scopesAround(cls)))
    if (types.isMap(value) && !maps.has(variable) && isKept(cls, variable, value)) maps.set(variable, value);
  return [...maps];
}

/** What a Map or class holds, by value; listed again when it has another number of members. */
interface Index {
  readonly size: number;
  readonly keys: Map<unknown, unknown>;
}

const indexes = new WeakMap<object, Index>();

function keyIn(holder: AnyFunction | Map<unknown, unknown>, object: object): unknown {
  const members = types.isMap(holder) ? undefined : Object.getOwnPropertyNames(holder);
  const size = members?.length ?? (holder as Map<unknown, unknown>).size;
  let index = indexes.get(holder);
  if (index?.size !== size) {
    index = { size, keys: new Map() };
    const { keys } = index;
    if (types.isMap(holder)) eachEntry(holder, (value, key) => isPrimitive(key) && keys.set(value, key));
    else for (const key of members ?? []) keys.set(heldAt(holder, key), key);
    indexes.set(holder, index);
  }
  const key = index.keys.get(object);
  const held = types.isMap(holder) ? Map.prototype.get.call(holder, key) : key && heldAt(holder, key as string);
  return held === object ? key : undefined;
}

function isPrimitive(key: unknown): boolean {
  return (typeof key !== "object" || key === null) && typeof key !== "function" && typeof key !== "symbol";
}

function heldAt(cls: AnyFunction, key: string): unknown {
  return Object.getOwnPropertyDescriptor(cls, key)?.value;
}
