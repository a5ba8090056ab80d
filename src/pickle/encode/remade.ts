/** Which nodes stand for objects that are made anew from what they hold, and may have a class with private fields. */
import type { PacketNode } from "../packet.js";

type Remade = Extract<
  PacketNode,
  { readonly t: "object" | "array" | "map" | "set" | "native" | "view" | "error" | "exception" }
>;

/** @returns whether the object of the node is made anew from its parts */
export function isRemade(node: PacketNode): node is Remade {
  switch (node.t) {
    case "object":
    case "array":
    case "map":
    case "set":
    case "native":
    case "view":
    case "error":
    case "exception":
      return true;
    default:
      return false;
  }
}
