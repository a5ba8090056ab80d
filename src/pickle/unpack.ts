/**
 * Messages -> values and functions. Apart from packing, which parses and inspects: a worker that is to run a function needs
 * only this, and the less it loads the sooner it starts.
 */
import { Decoder } from "./decode/decoder.js";
import { loadInspecting, needsInspecting } from "./decode/inspecting.js";
import { PickleError } from "./errors.js";
import { setEntryModule } from "./modules/entry.js";
import { hasLoaders } from "./modules/foreign-loaders.js";
import { isToBeLinked, linkModule, preloadModule, WHOLE } from "./modules/load.js";
import type { Packet, PacketNode } from "./packet.js";

/**
 * Rebuilds what `pack` rendered. Synchronous: modules that the value refers to are loaded by require(esm).
 * @throws {PickleError} if a module cannot be loaded or does not have what the value refers to
 */
export function unpack<T>(body: unknown): T {
  if (!isPacket(body)) throw new PickleError("Cannot receive this message: heddle did not send it");
  if (body.nodes === undefined) return (body.root as readonly [T])[0];
  if (body.entry) setEntryModule(body.entry);
  return new Decoder(body.nodes).decode(body) as T;
}

/** Loads the modules that a body refers to, also those that use top-level await; `unpack` then finds them. */
export async function preload(body: unknown): Promise<void> {
  if (!isPacket(body)) return;
  for (const node of body.nodes ?? []) {
    if (node.t === "import") await preloadModule(node.url, node.name === WHOLE, node.attributes);
    else if (node.t === "revived") await preloadModule(node.url);
  }
}

/**
 * Before `unpack` in a worker, which may be terminated at any time: modules are loaded by `import()`, which survives
 * that, and which all loaders know.
 * @returns what to await first; undefined if there is nothing
 */
export function prepare(body: unknown): Promise<void> | undefined {
  if (!isPacket(body)) return undefined;
  if (body.entry) setEntryModule(body.entry);
  const nodes = body.nodes ?? [];
  const modules = hasLoaders() && nodes.length > 0 ? preload(body) : linkModules(nodes);
  const parts = nodes.some(needsInspecting) ? loadInspecting() : undefined;
  return modules && parts ? Promise.all([modules, parts]).then(() => {}) : (modules ?? parts);
}

function linkModules(nodes: readonly PacketNode[]): Promise<void> | undefined {
  const missing = new Map<string, Record<string, string> | undefined>();
  for (const node of nodes) {
    if (node.t !== "import" && node.t !== "revived") continue;
    if (isToBeLinked(node.url, node.name === WHOLE))
      missing.set(node.url, "attributes" in node ? node.attributes : undefined);
  }
  return missing.size === 0 ? undefined : link(missing);
}

async function link(modules: ReadonlyMap<string, Record<string, string> | undefined>): Promise<void> {
  for (const [url, attributes] of modules) await linkModule(url, attributes);
}

function isPacket(body: unknown): body is Packet {
  return typeof body === "object" && body !== null && "root" in body;
}
