/**
 * A part of the work that can be cancelled on its own, at a call or at a deadline.
 *
 *   new ──run()──▶ running ──body ends──▶ over
 *
 * Invariant: `run` absorbs a cancellation only if it was this scope's. If an outer scope is cancelled too, the outer one
 * wins: its error goes on outwards to where it belongs.
 */
import { stay } from "../pickle/registry.js";
import { checkFunction, checkOptions, wrongType } from "../platform/errors/arguments.js";
import { RuntimeError, rangeError } from "../platform/errors/errors.js";
import { after, monotonic } from "../platform/waiting/clock.js";
import { showAs } from "../platform/words/shown.js";
import { isCancelled } from "./cancelled.js";
import { enclosingScope } from "./runner.js";
import { Scope } from "./scope.js";

export interface CancelScopeOptions {
  /** When to cancel, on the clock of `monotonic()` in milliseconds; left out or Infinity: never by time. */
  deadline?: number;
  /** Keep cancellations from outside out; left out: false. */
  shield?: boolean;
}

/**
 * @example
 * import { CancelScope, sleep } from "heddle/asyncio";
 *
 * const scope = new CancelScope();
 * const work = scope.run(() => sleep(60_000));
 * scope.cancel("not needed any more");
 * await work;
 * console.log(scope.cancelledCaught); // true
 */
export class CancelScope {
  static {
    stay(CancelScope, import.meta.url, "CancelScope");
    showAs<CancelScope>(CancelScope, {
      isMade: (scope) => #stopTimer in scope,
      look: (scope) => ({ state: scope.#stateText() }),
    });
  }

  #deadline: number;
  #shield: boolean;
  #scope: Scope | undefined;
  #over = false;
  #cancelledCaught = false;
  /** What `cancel` was called with before `run`. */
  #early: { reason: unknown } | undefined;
  #stopTimer: () => void = () => {};

  /** @throws {TypeError | RangeError} if an option is unknown or of a wrong type, or `deadline` is NaN */
  constructor(options: CancelScopeOptions = {}) {
    checkOptions("CancelScope", options, ["deadline", "shield"]);
    const { deadline = Infinity, shield = false } = options;
    this.#deadline = checkDeadline("CancelScope: deadline", deadline);
    this.#shield = checkShield("CancelScope: shield", shield);
  }

  #stateText(): string {
    const state = this.#over ? "over" : this.#scope === undefined ? "new" : "running";
    const deadline = this.#deadline === Infinity ? "" : `, deadline ${Math.round(this.#deadline)}`;
    return `${state}${this.cancelCalled ? ", cancelled" : ""}${deadline}${this.#shield ? ", shielded" : ""}`;
  }

  /** True once `cancel` was called or the deadline has passed. */
  get cancelCalled(): boolean {
    return this.#scope?.cancelCalled ?? this.#early !== undefined;
  }

  /** True if `run` ended early because of this scope, and resolved to undefined. */
  get cancelledCaught(): boolean {
    return this.#cancelledCaught;
  }

  /** Writable at any time: a time in the past cancels at once, Infinity takes the deadline away. */
  get deadline(): number {
    return this.#deadline;
  }

  set deadline(deadline: number) {
    this.#deadline = checkDeadline("CancelScope.deadline", deadline);
    this.#arm();
  }

  /** Writable at any time: taken away, a cancellation that waits outside comes in at once. */
  get shield(): boolean {
    return this.#shield;
  }

  set shield(shield: boolean) {
    this.#shield = checkShield("CancelScope.shield", shield);
    if (this.#scope !== undefined && !this.#over) this.#scope.shield = shield;
  }

  /**
   * Aborted when the scope is cancelled, here or from above.
   * @throws {RuntimeError} before `run`: only then does the scope have a place
   */
  get signal(): AbortSignal {
    if (this.#scope === undefined) throw new RuntimeError("CancelScope.signal: there is none before run()");
    return this.#scope.signal;
  }

  /**
   * Cancels what runs in the scope; before `run`, what will.
   * @returns false if it was cancelled before, or is over
   */
  cancel(reason?: unknown): boolean {
    if (this.#over || this.cancelCalled) return false;
    if (this.#scope === undefined) this.#early = { reason };
    else this.#scope.cancel(reason);
    return true;
  }

  /**
   * Runs `body` in this scope, which then lies within the scope that the caller runs in.
   *
   * @returns what `body` returned, or undefined if this scope was cancelled and that ended it
   * @throws {RuntimeError} on a second call
   */
  async run<T>(body: (scope: this) => PromiseLike<T> | T): Promise<T | undefined> {
    checkFunction("CancelScope.run: body", body);
    if (this.#scope !== undefined) throw new RuntimeError("CancelScope.run: a scope can run only once");
    const scope = new Scope(enclosingScope(), { shield: this.#shield });
    this.#scope = scope;
    if (this.#early !== undefined) scope.cancel(this.#early.reason);
    this.#arm();
    try {
      return await scope.run(() => body(this));
    } catch (error) {
      this.#absorb(scope, error);
      return undefined;
    } finally {
      this.#over = true;
      this.#stopTimer();
      scope.close();
    }
  }

  /** @throws whatever is not this scope's own cancellation */
  #absorb(scope: Scope, error: unknown): void {
    if (!scope.cancelled || !isCancelled(error)) throw error;
    if (scope.cancelledFromAbove) throw scope.parent!.error();
    this.#cancelledCaught = true;
  }

  #arm(): void {
    this.#stopTimer();
    this.#stopTimer = () => {};
    if (this.#scope === undefined || this.#over || this.#deadline === Infinity) return;
    const left = this.#deadline - monotonic();
    if (left <= 0) this.cancel("deadline passed");
    else this.#stopTimer = after(left, () => this.cancel("deadline passed"));
  }
}

function checkDeadline(argument: string, deadline: unknown): number {
  if (typeof deadline !== "number") throw wrongType(argument, "a number of milliseconds", deadline);
  if (Number.isNaN(deadline)) throw rangeError(`${argument} must be a time of monotonic(), got NaN`);
  return deadline;
}

function checkShield(argument: string, shield: unknown): boolean {
  if (typeof shield !== "boolean") throw wrongType(argument, "a boolean", shield);
  return shield;
}
