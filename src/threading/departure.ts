/** How a thread leaves for its worker: as a call if it is no more than its target, else as the whole object. */
import type { Transferable } from "node:worker_threads";
import { type Packed, pack } from "../pickle/pickle.js";
import type { ActivityOptions } from "../worker/activity.js";
import type { CallBirth } from "./call-run.js";

interface Moving {
  readonly transfer?: readonly Transferable[];
}

/** @throws {PickleError} if something in it cannot travel */
export function packCall({ target, args, daemon }: ActivityOptions, own: Moving): Packed {
  const packed = packNamed({ target, args }, own);
  return { body: { call: packed.body, daemon: daemon === true } satisfies CallBirth, transfer: packed.transfer };
}

/** @throws {PickleError} if something in it cannot travel */
export function packWhole(thread: object, own: Moving): Packed {
  return packNamed(thread, own);
}

function packNamed(value: object, { transfer = [] }: Moving): Packed {
  return pack(value, { to: "thread", name: "thread", transfer });
}
