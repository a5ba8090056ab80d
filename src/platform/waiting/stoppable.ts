/**
 * The one wait that can be stopped: for memory (sync/park.ts), for a result (future/wait-for.ts), for a task and for the
 * clock. What only waits for the next turn of the event loop looks once at its end instead.
 *
 *   waiting ──what it waits for | its time | the signal | the cancelled scope──▶ over
 *
 * Invariant: whatever comes first ends the wait, and what comes later is not heard. Nothing of the wait is left behind
 * then: no timer, no listener, no subscription.
 */
import type { Wait } from "../errors/arguments.js";
import { onAborted } from "./abort-listeners.js";
import { type CancelSource, currentCancelSource } from "./cancellation.js";
import { after } from "./clock.js";

/** How a wait inside the library may end early. */
export interface StoppableWait extends Wait {
  /**
   * True: cancelling the asyncio scope does not end this wait. For who must hold a lock again before it may throw:
   * a cancelled scope refuses every wait, also the one that takes the lock back.
   */
  readonly shielded?: boolean;
}

/** Of a wait that only the cancellation of its scope ends early. */
export const NO_LIMITS: StoppableWait = {};

/**
 * Refuses to begin something for a caller who has already given it up; for fast paths that need no `stoppable`.
 *
 * @throws `signal.reason` if the signal is aborted, the cancellation error if the asyncio scope is cancelled
 */
export function throwIfStopped(wait: StoppableWait): void {
  refuseStopped(wait, sourceOf(wait));
}

/** @returns the scope whose cancellation ends a wait of the calling code */
export function sourceOf(wait: StoppableWait): CancelSource | undefined {
  return wait.shielded ? undefined : currentCancelSource();
}

/** As `throwIfStopped`, later. @param source as it was found when the wait began */
export function refuseStopped({ signal }: StoppableWait, source: CancelSource | undefined): void {
  signal?.throwIfAborted();
  if (source?.cancelled) throw source.error();
}

/**
 * One wait, as who knows what it waits for sees it: the first call of the two ends it; later ones take back once more what is
 * gone already.
 */
export class Waiting<T> {
  readonly #resolve: (value: T) => void;
  readonly #reject: (error: unknown) => void;
  #takeBack: (() => void) | undefined;
  #stopTimer: (() => void) | undefined;
  #unsubscribe: (() => void) | undefined;
  #ignoreSignal: (() => void) | undefined;

  constructor(resolve: (value: T) => void, reject: (error: unknown) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  resolve(value: T): void {
    this.#over();
    this.#resolve(value);
  }

  reject(error: unknown): void {
    this.#over();
    this.#reject(error);
  }

  /** @internal */
  begin(wait: StoppableWait, begin: Begin<T>, onTime: (() => T) | undefined): void {
    const { signal, timeout = Infinity } = wait;
    const source = sourceOf(wait);
    refuseStopped(wait, source);
    this.#takeBack = begin(this);
    if (onTime && timeout !== Infinity) this.#stopTimer = after(timeout, () => this.resolve(onTime()));
    this.#unsubscribe = source?.subscribe((error) => this.reject(error));
    if (signal) this.#ignoreSignal = onAborted(signal, () => this.reject(signal.reason));
  }

  #over(): void {
    this.#takeBack?.();
    this.#stopTimer?.();
    this.#unsubscribe?.();
    this.#ignoreSignal?.();
  }
}

/**
 * Begins what is waited for. It ends the wait later, not before it returns.
 *
 * @returns what takes that back; called when the wait is over, however it ended, and harmless when called again
 */
export type Begin<T> = (waiting: Waiting<T>) => (() => void) | undefined;

/**
 * Waits for what `begin` begins, called at once, or for what ends the wait early.
 *
 * @param onTime gives the value with which the wait ends when its timeout is over
 * @throws `signal.reason` when the signal is aborted, the cancellation error when the asyncio scope is cancelled
 */
export function stoppable<T>(wait: StoppableWait, begin: Begin<T>, onTime?: () => T): Promise<T> {
  // Few objects, and no async function, which makes three promises of one: a gather of 100,000 sleeps feels each.
  return new Promise<T>((resolve, reject) => new Waiting(resolve, reject).begin(wait, begin, onTime));
}
