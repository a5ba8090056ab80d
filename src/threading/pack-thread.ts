/** How a thread leaves for its worker: as a call if it is no more than its target, else as the whole object. */
import type { Transferable } from "node:worker_threads";
import { THREAD } from "../pickle/destination.js";
import { type Packed, type PackOptions, pack } from "../pickle/pickle.js";
import type { ActivityOptions } from "../worker/activity.js";
import type { CallBirth } from "./call-run.js";

interface Moving {
  readonly transfer?: readonly Transferable[];
}

/** @returns true if the thread is of that very class, without fields of its own: no more than its target */
export function isOf(thread: object, { prototype }: { readonly prototype: object }): boolean {
  return Object.getPrototypeOf(thread) === prototype && Reflect.ownKeys(thread).length === 0;
}

/** @throws {PickleError} if something in it cannot travel */
export function packCall({ target, args, daemon }: ActivityOptions, own: Moving): Packed {
  // Most have no arguments: the function alone takes half as long.
  const bare = args === undefined || args.length === 0;
  const { body, transfer } = bare ? pack(target, moving("thread.target", own)) : packNamed({ target, args }, own);
  return { body: { call: body, bare, daemon: daemon === true } satisfies CallBirth, transfer };
}

/** @throws {PickleError} if something in it cannot travel */
export function packWhole(thread: object, own: Moving): Packed {
  return packNamed(thread, own);
}

function packNamed(value: object, own: Moving): Packed {
  return pack(value, moving("thread", own));
}

function moving(name: string, { transfer = [] }: Moving): PackOptions {
  return { to: THREAD, name, transfer };
}
