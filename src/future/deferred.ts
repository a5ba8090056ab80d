/**
 * A result that is not there yet, seen from the side that will deliver it.
 *
 *   pending ──▶ resolved | rejected        the first call decides, later ones do nothing
 *
 * Unlike a promise it lets a listener go again: a program that polls a long-lived result with a short timeout would
 * otherwise leave one reaction behind with every poll. It also never causes an unhandled rejection by itself.
 */
import { setMicrotask } from "../platform/waiting/timers.js";

type Settlement<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly error: unknown };

interface Listener<T> {
  readonly onValue: (value: T) => void;
  readonly onError: (error: unknown) => void;
}

/** A result to be delivered. */
export class Deferred<T> {
  #settlement: Settlement<T> | undefined;
  readonly #listeners = new Set<Listener<T>>();

  /** True once there is a value or an error. */
  get settled(): boolean {
    return this.#settlement !== undefined;
  }

  /** Delivers the value. */
  resolve(value: T): void {
    this.#settle({ ok: true, value });
  }

  /** Delivers an error. */
  reject(error: unknown): void {
    this.#settle({ ok: false, error });
  }

  /**
   * Calls one of the two once, as soon as there is an outcome; never before this call has returned.
   * @returns a function that takes the listener back
   */
  onSettled(onValue: (value: T) => void, onError: (error: unknown) => void): () => void {
    const listener = { onValue, onError };
    this.#listeners.add(listener);
    if (this.#settlement !== undefined) setMicrotask(() => this.#tell(listener));
    return () => this.#listeners.delete(listener);
  }

  #settle(settlement: Settlement<T>): void {
    if (this.#settlement !== undefined) return;
    this.#settlement = settlement;
    for (const listener of this.#listeners) this.#tell(listener);
  }

  #tell(listener: Listener<T>): void {
    const settlement = this.#settlement;
    if (settlement === undefined || !this.#listeners.delete(listener)) return;
    if (settlement.ok) listener.onValue(settlement.value);
    else listener.onError(settlement.error);
  }
}
