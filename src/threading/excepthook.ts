/** What becomes of an error that ends a thread and that nobody has caught. */
import { EXCEPTHOOK_OWNER } from "../memory/layout.js";
import { processRealm } from "../memory/process-realm.js";
import type { ThreadId } from "../memory/thread-table.js";
import { THREAD } from "../pickle/destination.js";
import { fromWire, toWire, type WireError } from "../pickle/wire-error.js";
import { onRebirth } from "../platform/engine/this-thread.js";
import { checkFunction } from "../platform/errors/arguments.js";
import { asHook } from "../platform/waiting/context.js";
import { displayThrown } from "../platform/words/display.js";
import { visible } from "../platform/words/user-text.js";
import { thisRun } from "../worker/family/this-run.js";
import { printError, printWords } from "../worker/print-error.js";
import { countPrinted } from "../worker/untaken-failures.js";
import type { Thread } from "./thread.js";

/** What an excepthook is told. */
export interface ThreadError {
  readonly error: unknown;
  readonly thread: Thread<never>;
}

/** How the error of a thread that nobody here has a hook for goes to the maker of this thread. */
export interface UncaughtMessage {
  readonly kind: "uncaught";
  readonly id: ThreadId;
  readonly error: WireError;
}

type Excepthook = (info: ThreadError) => void;

let hook: Excepthook | undefined;
onRebirth(() => {
  hook = undefined;
});

/**
 * Sets what is called when an error ends a thread and nobody waits for its `result`. The hook runs in the thread that set
 * it, before `join` resolves, and hears of all threads that were started there, by them, and so on. Without a hook the error
 * is printed to stderr if nobody has asked for the result a second later, and a program that ends with such an error has
 * exit code 1. In both cases the program goes on.
 *
 * Python: threading.excepthook; a `result` is a thing that Python's threads do not have.
 *
 * @param newHook undefined restores the default
 * @throws {TypeError} if the hook is not a function
 * @example
 * import { setExcepthook, Thread } from "heddle/threading";
 *
 * setExcepthook(({ error, thread }) => console.log(`${thread.name}: ${error}`));
 * const bad = new Thread({ name: "bad", target: () => { throw new RangeError("too far"); } });
 * await bad.start().join(); // bad: RangeError: too far
 */
export function setExcepthook(newHook: Excepthook | undefined): void {
  if (newHook !== undefined) checkFunction("setExcepthook: hook", newHook);
  hook = newHook && asHook(newHook);
  const { heap, me } = processRealm();
  heap.word(EXCEPTHOOK_OWNER).store(newHook === undefined ? 0 : me);
}

/** @returns true while no thread that lives has set a hook */
export function isDefaultExcepthook(): boolean {
  const { heap, threads } = processRealm();
  const owner = heap.word(EXCEPTHOOK_OWNER).load();
  return owner === 0 || !threads.isAlive(owner);
}

/** An error of a thread that nobody can ask for: this thread has not started it, or its `run` was over. */
export function hearOfError({ error }: UncaughtMessage, thread: Thread<never>): void {
  if (tellOfError(fromWire(error, undefined, ""), thread)) countPrinted();
}

/** Hands an error to this thread's hook, or to its maker if one has a hook. @returns true if it was only printed */
export function tellOfError(error: unknown, thread: Thread<never>): boolean {
  if (hook !== undefined) {
    callHook(hook, error, thread);
    return false;
  }
  const { ident, name } = thread;
  if (isDefaultExcepthook() || thisRun.context === undefined || ident === undefined) {
    printError(`thread ${name}`, error);
    return true;
  }
  thisRun.context.post({ kind: "uncaught", id: ident, error: toWire(error, THREAD) } satisfies UncaughtMessage);
  return false;
}

function callHook(hook: Excepthook, error: unknown, thread: Thread<never>): void {
  try {
    hook({ error, thread });
  } catch (failure) {
    printWords(`Exception in the excepthook, called for thread ${visible(thread.name)}:\n${displayThrown(failure)}`);
    printError(`thread ${thread.name}`, error);
  }
}
