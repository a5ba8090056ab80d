/**
 * Who holds a re-entrant lock. A holder is a number that no other has:
 *
 *   a thread's id    code outside of any task or `withLock` body, that acquired by blocking or trying
 *   below 0          a heddle task, the body of a `withLock` outside of any task, or a single bare `await acquire()`
 */
import { LOCK_HOLDERS } from "../memory/layout.js";
import { ofRealm, type Realm } from "../memory/realm.js";
import { type Context, currentContext, runInContext } from "../platform/waiting/context.js";

export type Holder = number;

/**
 * Owner of what the body of a `withLock` takes, and the bodies inside it. It is over when the last of them is, so that
 * code which they left behind, a listener for example, counts as nobody's: else all such code would share one owner.
 */
class BodyOwner {
  running = 0;
}

/** The holders of a realm's locks as this thread knows them. */
export class Holders {
  readonly #realm: Realm;
  /** Numbers of tasks and bodies of this thread. */
  readonly #numbers = new WeakMap<object, Holder>();

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  /** @returns a number that nobody has */
  fresh(): Holder {
    return -1 - (this.#realm.heap.word(LOCK_HOLDERS).add(1) & 0x7fff_ffff);
  }

  /** @returns who the calling code is for a re-entrant lock */
  readonly current = (): Holder => {
    const owner = currentOwner();
    return owner === undefined ? this.#realm.me : this.of(owner);
  };

  of(owner: object): Holder {
    let holder = this.#numbers.get(owner);
    if (holder === undefined) this.#numbers.set(owner, (holder = this.fresh()));
    return holder;
  }
}

export const holdersOf: (realm: Realm) => Holders = ofRealm((realm) => new Holders(realm));

/** @returns the task or body that the calling code belongs to, if any */
export function currentOwner(): object | undefined {
  const owner = currentContext()?.lockOwner;
  return owner instanceof BodyOwner && owner.running === 0 ? undefined : owner;
}

/** @returns an owner for a body that belongs to none */
export function newBodyOwner(): object {
  return new BodyOwner();
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
