/** Values and functions <-> messages that a thread or process can be sent. */
import type { Transferable } from "node:worker_threads";
import { Decoder } from "./decode/decoder.js";
import { Encoder } from "./encode/encoder.js";
import { TooDeep } from "./encode/plain.js";
import { PickleError } from "./errors.js";
import type { Packet } from "./packet.js";
import { setEntryModule } from "./source/entry.js";
import { batch } from "./source/inspector.js";
import { hasLoaders } from "./source/loaders.js";
import { isToBeLinked, linkModule, preloadModule } from "./source/modules.js";

/** Where a value goes: shared memory reaches threads only. */
export type Destination = "thread" | "process";

/** A structured-cloneable rendering of a value, to be posted together with its transfer list. */
export interface Packed {
  readonly body: unknown;
  readonly transfer: readonly Transferable[];
}

export interface PackOptions {
  readonly to: Destination;
  /** How error messages call the value: `args`, `target`, `item`. */
  readonly name: string;
  /** What moves instead of being copied. */
  readonly transfer?: readonly Transferable[];
  /** The receiver calls `preload` first, so that modules with top-level await may be referred to. Default false. */
  readonly asyncModules?: boolean;
}

/**
 * Captures `value` as it is now, but for plain data in it: that is copied when the body is posted.
 * @throws {PickleError} if something in `value` cannot travel; the message says what, where and what to do instead
 */
export function pack(value: unknown, options: PackOptions): Packed {
  try {
    return packBy(new Encoder(options), value, options.name);
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    return packBy(new Encoder(options, true), value, options.name);
  }
}

function packBy(encoder: Encoder, value: unknown, name: string): Packed {
  const body = batch(() => encoder.encode(value, name));
  return { body, transfer: encoder.transferred };
}

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
    if (node.t === "import") await preloadModule(node.url, node.attributes);
    else if (node.t === "revived") await preloadModule(node.url);
  }
}

/**
 * Before `unpack` in a worker, which may be terminated at any time: modules are loaded by `import()`, which survives
 * that, and which all loaders know.
 * @returns what to await first; undefined if there is nothing
 */
export function prepare(body: unknown): Promise<void> | undefined {
  if (hasLoaders()) return preload(body);
  if (!isPacket(body)) return undefined;
  const urls = (body.nodes ?? []).flatMap((node) => (node.t === "import" || node.t === "revived" ? [node.url] : []));
  const missing = [...new Set(urls)].filter(isToBeLinked);
  return missing.length === 0 ? undefined : link(missing);
}

async function link(urls: readonly string[]): Promise<void> {
  for (const url of urls) await linkModule(url);
}

function isPacket(body: unknown): body is Packet {
  return typeof body === "object" && body !== null && "root" in body;
}
