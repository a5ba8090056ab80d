/**
 * How far the work of a future has come: what an executor says of it, and whether it can still be cancelled.
 *
 *   pending ──setRunningOrNotifyCancel──▶ running ──setResult──▶ returned
 *      │                                     └─setException──▶ failed        both of them from pending as well
 *      └──cancel──▶ cancelled ──setRunningOrNotifyCancel──▶ notified
 *
 * Invariant: it settles once, and `settled` is called then.
 */
import { InvalidStateError, RuntimeError } from "../platform/errors/errors.js";
import { kindOfOutcome } from "./words.js";

type State = "pending" | "running" | "returned" | "failed" | "cancelled" | "notified";

export abstract class FutureState<T> {
  #state: State = "pending";
  #outcome: unknown;

  /** True once it was cancelled. */
  get cancelled(): boolean {
    return this.#state === "cancelled" || this.#state === "notified";
  }

  /** True while its work is carried out: it cannot be cancelled any more. */
  get running(): boolean {
    return this.#state === "running" || (this.#state === "pending" && this.hasBegun());
  }

  /** True once there is a result or an error, or it was cancelled. */
  get done(): boolean {
    return this.#state !== "pending" && this.#state !== "running";
  }

  /**
   * Cancels work that has not begun: it never will, and who waits is given a CancelledError.
   *
   * @returns false if the work has begun or is done; then nothing changes
   */
  cancel(): boolean {
    if (this.cancelled) return true;
    if (this.#state !== "pending" || !this.revoke()) return false;
    // Taking it back may have settled it.
    if (!this.done) this.#settle("cancelled", undefined);
    return true;
  }

  /**
   * For executors, before the work begins: says whether it is to be done at all.
   *
   * @returns true, and it is running from now on; false if it was cancelled
   * @throws {RuntimeError} if that was said before, or the future is done
   */
  setRunningOrNotifyCancel(): boolean {
    if (this.#state !== "pending" && this.#state !== "cancelled")
      throw new RuntimeError(`Cannot begin the work of a future that is ${this.describe()}`);
    const isWanted = this.#state === "pending";
    this.#state = isWanted ? "running" : "notified";
    return isWanted;
  }

  /** For executors: the work has returned that. @throws {InvalidStateError} if the future is done */
  setResult(value: T): void {
    this.#checkOpen("result");
    this.#settle("returned", value);
  }

  /** For executors: the work has thrown that. @throws {InvalidStateError} if the future is done */
  setException(error: unknown): void {
    this.#checkOpen("exception");
    this.#settle("failed", error);
  }

  /** Whether work has begun of which nobody has said so. @internal */
  protected hasBegun(): boolean {
    return false;
  }

  /** Takes the work back. @returns false if it has begun @internal */
  protected revoke(): boolean {
    return true;
  }

  /** It is done, since now. @internal */
  protected abstract settled(): void;

  /** Whether there is an error, other than its cancellation. @internal */
  protected get hasFailed(): boolean {
    return this.#state === "failed";
  }

  /** What was returned, or thrown. @internal */
  protected get outcome(): unknown {
    return this.#outcome;
  }

  /** Its state, for people. @internal */
  protected describe(): string {
    if (this.running) return "running";
    return this.#state === "notified" ? "cancelled" : kindOfOutcome(this.#state, this.#outcome);
  }

  #checkOpen(what: string): void {
    if (this.done) throw new InvalidStateError(`Cannot set the ${what} of a future that is ${this.describe()}`);
  }

  #settle(state: State, outcome: unknown): void {
    this.#state = state;
    this.#outcome = outcome;
    this.settled();
  }
}
