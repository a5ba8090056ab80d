/**
 * What comes out of bytes whose checksum is right, and may be anything all the same: of another program, changed by hand, of
 * a machine that has other modules. It is a value or a PickleError, in time and memory that fit the number of bytes.
 */
import { displayHead } from "../platform/words/display.js";
import { PickleError } from "./errors.js";
import type { Packet } from "./packet.js";

/**
 * A deserialised array may be billions of holes long, at no cost but to whoever walks it.
 * @param bytes how many there were: no list that a packet is made of has more members
 * @throws {PickleError} if the packet is not one that `dumps` makes
 */
export function checkPacket(packet: unknown, bytes: number): asserts packet is Packet {
  if (!isObject(packet) || !("root" in packet)) throw damaged();
  const { root, nodes, order, entry } = packet as { readonly [K in keyof Packet]?: unknown };
  const isList = (value: unknown): value is unknown[] => Array.isArray(value) && value.length <= bytes;
  const count = nodes === undefined ? 0 : isList(nodes) ? nodes.length : -1;
  const isIndex = (value: unknown): boolean =>
    Number.isInteger(value) && (value as number) >= 0 && (value as number) < count;
  const isRoot = (Array.isArray(root) && root.length === 1) || isIndex(root);
  const isOrder = order === undefined || (isList(order) && order.every(isIndex));
  if (count < 0 || !isRoot || !isOrder || !(entry === undefined || typeof entry === "string")) throw damaged();
  if (isList(nodes) && !nodes.every((node) => isObject(node) && hasShortLists(node, isList))) throw damaged();
}

/** Lists that a node has, or that parts of it have. Those of the user stand one deeper, or are the items of an array. */
function hasShortLists(node: object, isShort: (value: unknown) => boolean): boolean {
  const isGood = (value: unknown): boolean => !Array.isArray(value) || isShort(value);
  return Object.entries(node).every(([name, value]) => {
    if (name === "items" && "t" in node && node.t === "array") return true;
    if (name === "values" || !isGood(value)) return name === "values";
    const isPart = name === "parts" || name === "prototype";
    return !isPart || !isObject(value) || Object.values(value).every(isGood);
  });
}

/** Runs a step of the rebuilding. @throws {PickleError} with what it threw as its cause */
export function received<T>(rebuild: () => T): T {
  try {
    return rebuild();
  } catch (error) {
    throw asPickleError(error);
  }
}

/** @returns the error of bytes that cannot be rebuilt */
export function asPickleError(cause: unknown): PickleError {
  if (cause instanceof PickleError) return cause;
  return new PickleError(`Cannot load these bytes: ${displayHead(cause)}`, "", { cause });
}

function damaged(): PickleError {
  return new PickleError("Cannot load these bytes: they are damaged, or dumps did not make them");
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
