/**
 * Looks again at what was offered, a millisecond later: tasks that were thought short and are not, a worker that was thought to
 * be about to look and is not. As long as anything is unclaimed. Where nothing moves, and nobody can be rung, it looks less
 * and less often.
 */
import { clearTimer, setTimer } from "../../platform/waiting/timers.js";

/** Milliseconds. */
const SOON = 1;
const SELDOM = 32;

/** What a look has shown: all is claimed; something has moved since the last look; nothing has. */
export type Look = "claimed" | "moved" | "stuck";

export class Watch {
  readonly #look: () => Look;
  #timer: NodeJS.Timeout | undefined;
  #period = SOON;

  constructor(look: () => Look) {
    this.#look = look;
  }

  /** Something is unclaimed, and was just offered. */
  start(): void {
    if (this.#period > SOON) this.close();
    this.#arm();
  }

  close(): void {
    clearTimer(this.#timer);
    this.#timer = undefined;
    this.#period = SOON;
  }

  #arm(): void {
    this.#timer ??= setTimer(this.#onTime, this.#period).unref();
  }

  readonly #onTime = (): void => {
    this.#timer = undefined;
    const look = this.#look();
    this.#period = look === "stuck" ? Math.min(this.#period * 2, SELDOM) : SOON;
    if (look !== "claimed") this.#arm();
  };
}
