/**
 * Who holds a re-entrant lock. A holder is a number that no other has:
 *
 *   a thread's id    code outside of any task or `withLock` body, that acquired by blocking or trying
 *   below 0          a heddle task, the body of a `withLock` outside of any task, or a single bare `await acquire()`
 */
import { LOCK_HOLDERS } from "../memory/layout.js";
import { processHeap } from "../memory/process-heap.js";
import { type Context, currentContext, runInContext } from "../platform/context.js";

export type Holder = number;

/**
 * Owner of what the body of a `withLock` takes, and the bodies inside it. It is over when the last of them is, so that
 * code which they left behind, a listener for example, counts as nobody's: else all such code would share one owner.
 */
class BodyOwner {
  running = 0;
}

/** Numbers of tasks and bodies of this thread. */
const numbers = new WeakMap<object, Holder>();

/** @returns a number that nobody has */
export function freshHolder(): Holder {
  return -1 - (processHeap().heap.word(LOCK_HOLDERS).add(1) & 0x7fff_ffff);
}

/** @returns the task or body that the calling code belongs to, if any */
export function currentOwner(): object | undefined {
  const owner = currentContext()?.lockOwner;
  return owner instanceof BodyOwner && owner.running === 0 ? undefined : owner;
}

/** @returns who the calling code is for a re-entrant lock */
export function currentHolder(): Holder {
  const owner = currentOwner();
  return owner === undefined ? processHeap().me : holderOf(owner);
}

/** @returns an owner for a body that belongs to none */
export function newBodyOwner(): object {
  return new BodyOwner();
}

export function holderOf(owner: object): Holder {
  let holder = numbers.get(owner);
  if (holder === undefined) numbers.set(owner, (holder = freshHolder()));
  return holder;
}

/** @returns what a new frame carries over, but for the owner of locks */
function frameOf(context: Context | undefined): Pick<Context, "cancelSource" | "computing"> {
  return { cancelSource: context?.cancelSource, computing: context?.computing };
}

/** Runs the body of a `withLock`; it, and what it awaits, belongs to `owner`. */
export async function runAs<T>(owner: object, body: () => T | PromiseLike<T>): Promise<T> {
  if (!(owner instanceof BodyOwner)) return body();
  owner.running++;
  try {
    const context = currentContext();
    if (context?.lockOwner === owner) return await body();
    return await runInContext({ ...frameOf(context), lockOwner: owner }, body);
  } finally {
    owner.running--;
  }
}
