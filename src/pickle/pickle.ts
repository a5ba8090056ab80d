/** Values and functions <-> messages that a thread or process can be sent. */
import type { Transferable } from "node:worker_threads";
import { provideInspecting } from "./decode/inspecting.js";
import { installPrivate, writePrivate } from "./decode/install-private.js";
import type { Destination } from "./destination.js";
import { Encoder } from "./encode/encoder.js";
import { TooDeep } from "./encode/plain.js";
import { checkTransfer } from "./encode/transfer-list.js";
import type { Trials } from "./encode/travel-trials.js";
import type { Watch } from "./encode/watch.js";
import { batch } from "./live/inspector.js";
import { keptSymbol, keptValue } from "./packages/kept.js";
import { liveCell } from "./packages/live-variables.js";

export { type Destination, PROCESS, THREAD } from "./destination.js";
export { preload, prepare, unpack } from "./unpack.js";

provideInspecting({ installPrivate, writePrivate, keptSymbol, keptValue, liveCell });

/** A structured-cloneable rendering of a value, to be posted together with its transfer list. */
export interface Packed {
  readonly body: unknown;
  readonly transfer: readonly Transferable[];
  /** It refers to data of the program, which is copied when the body is posted; left out: it does not. */
  readonly isLive?: boolean;
}

export interface PackOptions {
  readonly to: Destination;
  /** How error messages call the value: `args`, `target`, `item`. */
  readonly name: string;
  /** What moves instead of being copied. */
  readonly transfer?: readonly Transferable[];
  /** The receiver calls `preload` first, so that modules with top-level await may be referred to. Default false. */
  readonly asyncModules?: boolean;
  /** Decides which properties of errors are left out, as they cannot travel; nothing is without. */
  readonly trials?: Trials;
  /** Told what is taken from the program. */
  readonly watch?: Watch;
}

/**
 * Captures `value` as it is now, but for plain data in it: that is copied when the body is posted.
 * @throws {PickleError} if something in `value` cannot travel; the message says what, where and what to do instead
 */
export function pack(value: unknown, options: PackOptions): Packed {
  if (options.transfer !== undefined) checkTransfer(options.transfer, options.to);
  try {
    return packBy(new Encoder(options), value, options.name);
  } catch (error) {
    if (!(error instanceof TooDeep)) throw error;
    options.watch?.lose();
    return packBy(new Encoder(options, true), value, options.name);
  }
}

function packBy(encoder: Encoder, value: unknown, name: string): Packed {
  const body = batch(() => encoder.encode(value, name));
  return { body, transfer: encoder.transferred, isLive: encoder.isLive };
}

const { structuredClone } = globalThis;

/** @returns the same for what is posted later, or more than once: with data as it is now */
export function settled(packed: Packed): Packed {
  // What is moved cannot be moved twice.
  if (packed.isLive !== true || packed.transfer.length > 0) return packed;
  return { body: structuredClone(packed.body), transfer: [] };
}
