/**
 * Values that functions of the user compute in this thread: of `update`, which begins again when the value has been
 * changed meanwhile, and of `setDefault`, for which others wait. Who changes or wants the value from inside would go on
 * or wait for ever, so that is refused.
 */
import { SharedWord } from "../memory/word.js";
import { SharedObject } from "../objects/shared-object.js";
import { checkFunction, describe } from "../platform/errors/arguments.js";
import { RuntimeError } from "../platform/errors/errors.js";
import { refuseAsync, refusePromise } from "../platform/errors/synchronous.js";
import { type Computing, currentContext, runInContext } from "../platform/waiting/context.js";

/** A value that is being computed. */
export interface Computation {
  /** The dictionary or list that it is in. */
  readonly owner: SharedObject;
  readonly key: string | number;
  /** As what the user called: `SharedDict.update`. */
  readonly method: string;
}

const running: Computation[] = [];

/** Runs `work`, which computes the value; synchronous. */
export function compute<T>(computation: Computation, work: () => T): T {
  running.push(computation);
  try {
    return work();
  } finally {
    running.pop();
  }
}

const REMEDY = "compute what it needs before, and return the new value";

/** @returns `change`, which is refused if it is async, or returns a promise @throws {TypeError} */
export function synchronousChange<Old, New>(change: (old: Old) => New): (old: Old) => New {
  checkFunction("update: change", change);
  refuseAsync("update: change", REMEDY, change);
  return (old) => refusePromise("update: change", REMEDY, change(old));
}

/** Computations with awaits that are not over: code that they left behind is none of theirs. */
const pending = new Set<object>();

/** As `compute`; `work` may be async. */
export async function computeAsync<T>(computation: Computation, work: () => T | PromiseLike<T>): Promise<T> {
  pending.add(computation);
  const context = currentContext();
  const computing: Computing = { outer: context?.computing, what: computation };
  try {
    const { cancelSource, lockOwner } = context ?? { cancelSource: undefined, lockOwner: undefined };
    return await runInContext({ cancelSource, lockOwner, computing }, work);
  } finally {
    pending.delete(computation);
  }
}

/** @returns what the calling code computes */
function* ownComputations(): Generator<Computation> {
  yield* running;
  if (pending.size === 0) return;
  for (let each = currentContext()?.computing; each !== undefined; each = each.outer) {
    if (pending.has(each.what)) yield each.what as Computation;
  }
}

/** @returns whether this thread computes any value: if not, there is nothing to refuse, and nothing to say about it */
export function isComputing(): boolean {
  return running.length > 0 || pending.size > 0;
}

/** What only replaces the value; all else, as `clear`, does something that a value cannot say. */
const REPLACING: ReadonlySet<string> = new Set(["set", "add", "update", "getOrInsert", "setDefault", "setDefaultSync"]);

/** @returns what to do instead of calling the method, which is refused */
export function insteadOf(method: string): string {
  return REPLACING.has(method) ? "return the new value instead" : "call it afterwards";
}

/**
 * To be called before something is changed, if this thread computes something.
 *
 * @param touches whether the change spoils the computation of that key
 * @throws {RuntimeError} if it spoils one that the calling code belongs to
 */
export function refuseOwnChange(
  owner: SharedObject,
  change: string,
  touches: (key: string | number) => boolean,
  instead: string,
): void {
  for (const own of ownComputations()) {
    if (!SharedObject.areSame(own.owner, owner) || !touches(own.key)) continue;
    throw new RuntimeError(
      `Cannot call ${change} inside the function of ${own.method}(${describe(own.key)}): that computes the value; ${instead}`,
    );
  }
}

/** Tries before it is called hopeless: each that failed was spoilt by a change of another thread. */
const MOST_TRIES = 1000;
/** Tries that follow each other at once. */
const EAGER_TRIES = 3;
const LONGEST_NAP = 4;

const bed = new SharedWord(new Int32Array(new SharedArrayBuffer(4)), 0);

/**
 * Repeats `attempt` until no other thread spoils it. Two that spoil each other's, one inside the other, would do so for
 * ever if they kept step: so they sleep for a moment, of another length each time.
 *
 * @param attempt returns undefined if it was spoilt
 * @throws {RuntimeError} if it was spoilt a thousand times
 */
export function untilUnspoilt<T>(computation: Computation, attempt: () => { readonly value: T } | undefined): T {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    const done = attempt();
    if (done !== undefined) return done.value;
    if (tries > EAGER_TRIES) bed.wait(0, Math.random() * Math.min(LONGEST_NAP, tries / 8));
  }
  const { method, key } = computation;
  throw new RuntimeError(
    `${method}(${describe(key)}) was given up: each of ${MOST_TRIES} times the value was changed by others before the ` +
      "function returned. If the function waits for a thread that changes it, that cannot end; else use a lock",
  );
}
