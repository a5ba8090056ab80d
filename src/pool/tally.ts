/** What a pool has done so far, in numbers. */
import { millisecondsSinceBirth } from "../platform/waiting/timers.js";

/** Times of the tasks that have ended, in milliseconds. */
export interface Times {
  readonly average: number;
  readonly longest: number;
}

class Clocked {
  #sum = 0;
  #count = 0;
  #longest = 0;

  add(ms: number): void {
    if (Number.isNaN(ms)) return;
    this.#sum += ms;
    this.#count++;
    if (ms > this.#longest) this.#longest = ms;
  }

  get times(): Times {
    return { average: this.#count === 0 ? 0 : this.#sum / this.#count, longest: this.#longest };
  }
}

export class Tally {
  done = 0;
  failed = 0;
  cancelled = 0;
  readonly #runs = new Clocked();
  readonly #waits = new Clocked();

  /** @param ran milliseconds that it has run; NaN if that is not known */
  count(outcome: "done" | "failed", { launchedAt }: { readonly launchedAt: number }, ran: number): void {
    this[outcome]++;
    this.#runs.add(ran);
    this.#waits.add(Math.max(0, millisecondsSinceBirth() - launchedAt - ran));
  }

  /** How long tasks have run. */
  get runTime(): Times {
    return this.#runs.times;
  }

  /** How long they were on their way: from the launch to the result, without their run. */
  get waitTime(): Times {
    return this.#waits.times;
  }
}
