/**
 * Something that is done once, whoever comes first.
 *
 *   NEW ──take the mutex──▶ running ──body returned──▶ DONE, free the mutex
 *    ▲                         │
 *    └──body threw, runner died┘
 *
 * Invariant: DONE is stored by the owner of the mutex after a whole run of the body, and never taken back. So whoever
 * reads DONE need not wait, and whoever gets the mutex looks again before it runs the body.
 */
import type { Word } from "../memory/word.js";
import type { StoppableWait } from "../platform/waiting/stoppable.js";
import { Acquired, type Mutex } from "./mutex.js";

/** How a call may go on. */
export const Turn = {
  /** Somebody has done it. */
  DONE: 0,
  /** The caller is to do it, and then to call `finish`. */
  MINE: 1,
  /** The time ran out while another was at it. */
  TIMED_OUT: 2,
} as const;
export type Turn = (typeof Turn)[keyof typeof Turn];

export class Once {
  readonly #mutex: Mutex;
  readonly #done: Word;

  constructor(mutex: Mutex, done: Word) {
    this.#mutex = mutex;
    this.#done = done;
  }

  get isDone(): boolean {
    return this.#done.load() !== 0;
  }

  /** Blocks the thread while another is at it. */
  beginSync(timeout?: number): Turn {
    return this.isDone ? Turn.DONE : this.#turn(this.#mutex.lockSync(timeout));
  }

  /** The awaiting twin of `beginSync`. @throws as `Mutex.lock` */
  async begin(wait: StoppableWait = {}): Promise<Turn> {
    return this.isDone ? Turn.DONE : this.#turn(await this.#mutex.lock(wait));
  }

  /** Ends the caller's turn; after one that failed the next one tries. */
  finish(succeeded: boolean): void {
    if (succeeded) this.#done.store(1);
    this.#mutex.unlock();
  }

  #turn(acquired: Acquired): Turn {
    if (acquired === Acquired.FAILED) return this.isDone ? Turn.DONE : Turn.TIMED_OUT;
    if (!this.isDone) return Turn.MINE;
    this.#mutex.unlock();
    return Turn.DONE;
  }
}
