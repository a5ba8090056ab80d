/**
 * Runs a thread that is no more than a target with arguments, as most are: no object is made for it unless somebody asks
 * for one, and a result that is plain data is posted as it is. What else may be needed is loaded when it is.
 */
import { THREAD } from "../pickle/destination.js";
import { PlainScan } from "../pickle/encode/plain.js";
import { prepare, unpack } from "../pickle/unpack.js";
import type { ActivityMessage } from "../worker/activity.js";
import { type Assignment, thisRun } from "../worker/family/this-run.js";
import type { WorkerContext } from "../worker/worker.js";
import { ownThread } from "./roster.js";

/** What such a thread is sent as. */
export interface CallBirth {
  /** Packed: target and args; the target alone if `bare`. */
  readonly call: unknown;
  readonly bare: boolean;
  readonly daemon: boolean;
}

/** @returns whether that is a thread of this kind */
export function isCall(birth: unknown): birth is CallBirth {
  return typeof birth === "object" && birth !== null && "call" in birth;
}

/** @param broken awaited before anything is reported @returns true if it failed */
export async function runCall(context: WorkerContext, birth: CallBirth, broken: () => unknown): Promise<boolean> {
  try {
    const value = await call(context, birth);
    if (broken() !== undefined) await broken();
    await reportFields(context);
    if (isPlain(value)) post(context, value);
    else await reportSpecial(context, value);
    return false;
  } catch (error) {
    if (broken() !== undefined) await broken();
    await reportFields(context);
    const [{ reportError }, { siteOf }] = await Promise.all([
      import("../worker/activity-main.js"),
      import("./failure.js"),
    ]);
    reportError(siteOf(context), error);
    return true;
  }
}

async function call({ name }: WorkerContext, { call, bare, daemon }: CallBirth): Promise<unknown> {
  const ready = prepare(call);
  if (ready !== undefined) await ready;
  const { target, args } = bare ? { target: unpack<Assignment["target"]>(call), args: [] } : unpack<Assignment>(call);
  thisRun.assignment = { name, daemon, target, args };
  return target?.(...(args as never[]));
}

const NONE: ReadonlySet<unknown> = new Set();

function isPlain(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return new PlainScan(THREAD, NONE).isPlain(value);
  return typeof value !== "function" && typeof value !== "symbol";
}

function post(context: WorkerContext, value: unknown): void {
  context.post({ kind: "returned", body: { root: [value] } } satisfies ActivityMessage);
}

async function reportSpecial(context: WorkerContext, value: unknown): Promise<void> {
  const [{ reportValue }, { siteOf }] = await Promise.all([
    import("../worker/activity-main.js"),
    import("./failure.js"),
  ]);
  reportValue(siteOf(context), value);
}

/** Somebody has asked for the object of this thread, and may have set fields of it. */
async function reportFields(context: WorkerContext): Promise<void> {
  const self = ownThread();
  if (self === undefined || Reflect.ownKeys(self).length === 0) return;
  const { FieldChanges } = await import("../worker/field-changes.js");
  const changes = new FieldChanges(self, {}).pack(THREAD);
  if (changes !== undefined)
    context.post({ kind: "fields", body: changes.body } satisfies ActivityMessage, changes.transfer);
}
