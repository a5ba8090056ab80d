/** What runs in the workers of the rig: the worker's end of a line, and what calls functions, without a pool. */
import { isMainThread } from "node:worker_threads";
import type { Callable, Form, Runner, Running } from "#heddle/channel/line/line.js";
import { Form as Forms } from "#heddle/channel/line/line.js";
import { SlotEnd } from "#heddle/channel/line/slot-end.js";
import type { Invitation } from "#heddle/channel/line/slot-messages.js";
import { processRealm } from "#heddle/memory/process-realm.js";
import { THREAD } from "#heddle/pickle/destination.js";
import { unpack } from "#heddle/pickle/unpack.js";
import { toWire } from "#heddle/pickle/wire-error.js";
import type { WorkerContext } from "#heddle/worker/worker.js";

export interface Seen {
  running: Running | undefined;
}
const seen: Seen = { running: undefined };
Reflect.set(globalThis, Symbol.for("heddle.test.line"), seen);

async function each(fn: Callable, items: readonly unknown[], spread: boolean): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const item of items) results.push(await (spread ? fn(...(item as unknown[])) : fn(item)));
  return results;
}

const runner: Runner = {
  revive: (body) => unpack<Callable>(body),
  call(fn, form: Form, payload, running) {
    seen.running = running;
    if (form === Forms.ONE) return fn(payload);
    if (form === Forms.SPREAD) return fn(...(payload as unknown[]));
    return each(fn, payload as unknown[], form === Forms.EACH_SPREAD);
  },
  toWire: (error) => toWire(error, THREAD),
  idle() {},
};

export function main(context: WorkerContext, data: unknown): void {
  if (isMainThread) throw new Error("This is a worker's");
  const end = new SlotEnd(processRealm(), data as Invitation, runner, context.post);
  context.onMessage((message) => end.heard(message));
  context.ref();
  context.post("ready");
}
