/**
 * Where the decoder finds what parses and inspects: rebuilding private fields, and finding what a module keeps.
 * Few messages need it, so a worker loads it when the first one arrives. Decoding is synchronous: it must be there before.
 */
import { PickleError } from "../errors.js";
import type { PacketNode } from "../packet.js";

type Inspecting = Pick<typeof import("./install-private.js"), "installPrivate" | "writePrivate"> &
  Pick<typeof import("../packages/kept.js"), "keptSymbol" | "keptValue"> &
  Pick<typeof import("../packages/live-variables.js"), "liveCell">;

let provided: Inspecting | undefined;

/** Makes it available. */
export function provideInspecting(parts: Inspecting): void {
  provided = parts;
}

/** Whether the node cannot be decoded without. */
export function needsInspecting(node: PacketNode): boolean {
  return node.t === "kept" || node.t === "live" || ("privates" in node && node.privates !== undefined);
}

/** Loads it unless it is there. */
export async function loadInspecting(): Promise<void> {
  if (provided !== undefined) return;
  const [privateState, kept, liveVariables] = await Promise.all([
    import("./install-private.js"),
    import("../packages/kept.js"),
    import("../packages/live-variables.js"),
  ]);
  provided = { ...privateState, ...kept, ...liveVariables };
}

/** @throws {PickleError} if it is not there, which would be a fault of heddle */
export function inspecting(): Inspecting {
  if (provided !== undefined) return provided;
  throw new PickleError("Cannot receive private fields before prepare(): please report this");
}
