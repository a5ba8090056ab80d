/**
 * Whether to look at a word for a moment before sleeping on it. Waking a sleeper takes some 25 us, a change that is seen
 * less than one: looking pays where the other side answers at once, and costs its core where it does not.
 *
 * All looking before a sleep is one of these, and nobody looks where there is one core:
 *
 *   an answer of another thread   looks as long as that has paid lately                    Patience, here
 *   a lock                        looks little: 50 times, and naps after a lost race       hop.ts: Mutex, ShortLock
 *   more after a burst            naps without looking: what came last is there already    QueueCore.takeSync
 *
 * A lock differs since its holder was about to let it go when it was asked for, or is at something long: looking longer tells
 * nothing. A queue's getter differs since there is nothing to see: its nap gives the other side time for more than one item.
 *
 * Fairness: none of them gives anybody precedence. Who looks gets what is there when it sees it, also while others sleep
 * that came before. So all of them barge, and how long each looks is bounded by these constants and those of hop.ts; then it
 * sleeps. A turn is promised to nobody: a sleeper that is woken and loses goes to the end of the line. Under short holds none
 * starves (test/stress/barging.test.ts). Only a RWLock gives turns in the order of asking.
 *
 *   EAGER ──misses have used up the credit──▶ WEARY: sleeps at once for `pause` waits, then looks again, on probation:
 *     ▲                                          │ one hit of credit, so that
 *     └───────── hits fill the credit ───────────┘ the first miss ends it, and `pause` doubles, up to LONGEST_PAUSE
 *
 * A miss costs as much credit as many hits earn: on busy cores the other side is there now and then by chance, and each
 * look that it is not takes longer than sleeping would. Nor does a late answer earn any. So a wait that is always long (an
 * idle consumer), or that is seldom short (no core for the other side), hardly ever looks.
 *
 * Invariant: a look changes nothing and decides nothing but when the sleep begins. One that sees a change ends the wait as
 * "not-equal", as Atomics.wait would have at that instant; after any other one, Atomics.wait compares once more with the
 * value that the attempt saw. So a thread that looks cannot be told from one that comes later, and no wake-up is lost:
 * whoever changed the word before the sleep is seen by that comparison, whoever changes it after that notifies a sleeper.
 * A notification in between goes to another sleeper or to nobody, and the looker needs none: its attempt runs again.
 *
 * A look outlasts a wake-up, and a late answer costs nothing: two sides that have both become weary find back to each
 * other when one of them looks, since it goes on to look until the other one does.
 *
 * Source: A. R. Karlin et al., "Empirical Studies of Competitive Spinning for a Shared-Memory Multiprocessor" (1991):
 * who looks about as long as sleeping would cost pays at most twice as much as the best choice.
 */
import { availableParallelism } from "node:os";

/** How long who naps sleeps, in milliseconds. */
export const NAP = 0.05;
/** Sleeps shorter than this, in milliseconds, are meant as sleeps: nobody looks first. */
export const SHORTEST_SLEEP = 1;

/** Some 50 us of looking. Nobody else can run meanwhile if there is one core. */
const LOOKS = availableParallelism() > 1 ? 6000 : 0;
/** An answer that came later than this shows no core that is free for the other side. */
const PROMPT = 1500;

/** What a miss costs, in hits; who starts can afford a few misses. */
const MISS = 8;
const MOST_CREDIT = 4 * MISS;
const FIRST_PAUSE = 8;
const LONGEST_PAUSE = 256;

/** What the waits of one kind, in one thread, have learnt. */
export class Patience {
  #credit = MOST_CREDIT;
  #pause = FIRST_PAUSE;
  /** How many waits are still to sleep at once. */
  #weary = 0;

  /** @returns true if the cell holds another value than `expected`, or came to within the moment */
  look(cells: Int32Array, index: number, expected: number): boolean {
    if (this.isWeary()) return false;
    for (let look = 0; look < LOOKS; look++) {
      if (Atomics.load(cells, index) !== expected) return this.hit(look < PROMPT);
    }
    return this.miss();
  }

  /** To be asked once before each look. @returns true if this wait shall sleep at once */
  isWeary(): boolean {
    if (this.#weary === 0) return false;
    this.#weary--;
    return true;
  }

  /** The look has seen what it waits for. @param prompt soon enough to say that the other side has a core */
  hit(prompt: boolean): true {
    if (!prompt) return true;
    if (this.#credit < MOST_CREDIT) this.#credit++;
    else this.#pause = FIRST_PAUSE;
    return true;
  }

  /** It has not. */
  miss(): false {
    this.#credit -= MISS;
    if (this.#credit <= 0) {
      this.#credit = 1;
      this.#weary = this.#pause;
      this.#pause = Math.min(this.#pause * 2, LONGEST_PAUSE);
    }
    return false;
  }
}
