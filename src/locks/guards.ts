/** Guards, and those of a lock that a thread may hold several times over. */
import { RuntimeError } from "../platform/errors/errors.js";
import type { Held } from "./held.js";

/** A guard as the library uses it. */
export interface Guard extends Held {
  /** As `markRecovered`. @returns false if it does not hold the lock any more, or cannot repair what that guards */
  mend(): boolean;
}

/** @returns the error of `markRecovered` */
export function cannotMark(why = "this guard does not hold it any more"): RuntimeError {
  return new RuntimeError(`Cannot mark the lock as recovered: ${why}`);
}

/** What a lock does when one of its guards is used. */
export interface Guarded {
  /** Ends an acquisition. @param place what names it in the lock */
  leave(place: number): void;
  /** @returns false if the lock has been taken over */
  mend(place: number): boolean;
}

/** What this thread holds of one lock, oldest first. */
export class Guards {
  readonly #lock: Guarded;
  readonly #guards: ListedGuard[] = [];

  constructor(lock: Guarded) {
    this.#lock = lock;
  }

  add<G extends ListedGuard>(guard: G): G {
    this.#guards.push(guard);
    return guard;
  }

  newest(isMeant: (guard: ListedGuard) => boolean): ListedGuard | undefined {
    return this.#guards.findLast(isMeant);
  }

  /** Ends what the guard acquired, once. */
  end(guard: ListedGuard): void {
    const index = this.#guards.lastIndexOf(guard);
    if (index === -1) return;
    this.#drop(index);
    this.#lock.leave(guard.place);
  }

  /** What was acquired last at that place has been released without its guard. */
  forget(place: number): void {
    const index = this.#guards.findLastIndex((guard) => guard.place === place);
    if (index !== -1) this.#drop(index);
  }

  /** Mostly it is the newest: to cut it out of the middle would take longer. */
  #drop(index: number): void {
    if (index === this.#guards.length - 1) this.#guards.pop();
    else this.#guards.splice(index, 1);
  }

  mend(guard: ListedGuard): boolean {
    return this.#guards.includes(guard) && this.#lock.mend(guard.place);
  }

  clear(): void {
    this.#guards.length = 0;
  }
}

export class ListedGuard implements Guard {
  readonly #guards: Guards;
  readonly place: number;
  readonly ownerDied: boolean;
  /** Why it may not say that all is whole again; undefined: it may. */
  readonly obstacle: string | undefined;

  constructor(guards: Guards, place: number, ownerDied: boolean, obstacle?: string) {
    this.#guards = guards;
    this.place = place;
    this.ownerDied = ownerDied;
    this.obstacle = obstacle;
  }

  mend(): boolean {
    return this.obstacle === undefined && this.#guards.mend(this);
  }

  markRecovered(): void {
    if (!this.mend()) throw cannotMark(this.obstacle);
  }

  [Symbol.dispose](): void {
    this.#guards.end(this);
  }
}
