/** What becomes of an error that ends a thread and that nobody has caught. */
import { EXCEPTHOOK_OWNER } from "../memory/layout.js";
import { processHeap } from "../memory/process-heap.js";
import type { ThreadId } from "../memory/thread-table.js";
import { fromWire, toWire, type WireError } from "../pickle/wire-error.js";
import { checkFunction } from "../platform/arguments.js";
import { display, displayStack, isError } from "../platform/display.js";
import { onRebirth } from "../platform/rebirth.js";
import { life } from "./life.js";
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
 * Sets what is called when an error ends a thread. Without a hook the failing thread prints the error to stderr; in
 * both cases the program goes on. The hook runs in the thread that set it, and hears of all threads that were started
 * there, by them, and so on.
 *
 * Python: threading.excepthook.
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
  hook = newHook;
  const { heap, me } = processHeap();
  heap.word(EXCEPTHOOK_OWNER).store(newHook === undefined ? 0 : me);
}

/** @returns true while no thread has set a hook: then the failing thread prints its error itself */
export function isDefaultExcepthook(): boolean {
  const { heap, threads } = processHeap();
  const owner = heap.word(EXCEPTHOOK_OWNER).load();
  return owner === 0 || !threads.isAlive(owner);
}

/** The error of a thread that this one has not started itself. */
export function hearOfError({ error }: UncaughtMessage, thread: Thread<never>): void {
  callExcepthook(fromWire(error, undefined, ""), thread);
}

/** Hands an error to this thread's hook, or to its maker; prints it if there is none, or if the hook itself throws. */
export function callExcepthook(error: unknown, thread: Thread<never>): void {
  if (hook === undefined) {
    const { ident, name } = thread;
    if (life.context === undefined || ident === undefined) printThreadError(error, name);
    else life.context.post({ kind: "uncaught", id: ident, error: toWire(error, "thread") } satisfies UncaughtMessage);
    return;
  }
  try {
    hook({ error, thread });
  } catch (failure) {
    console.error(`Exception in the excepthook, called for thread ${thread.name}:\n${text(failure)}`);
    printThreadError(error, thread.name);
  }
}

/** The default: one message on stderr. */
export function printThreadError(error: unknown, name: string): void {
  console.error(`Exception in thread ${name}:\n${text(error)}`);
}

function text(error: unknown): string {
  return isError(error) ? displayStack(error) : `${display(error)} was thrown, which is no Error`;
}
