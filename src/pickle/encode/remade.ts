/** Which nodes stand for objects that are made anew from what they hold, and may have a class with private fields. */
import type { PacketNode } from "../packet.js";

type Remade = Extract<PacketNode, { readonly t: (typeof KINDS)[number] }>;

const KINDS = ["object", "array", "map", "set", "native", "view", "error", "exception"] as const;
const REMADE: ReadonlySet<string> = new Set(KINDS);

/** @returns whether the object of the node is made anew from its parts */
export function isRemade(node: PacketNode): node is Remade {
  return REMADE.has(node.t);
}
