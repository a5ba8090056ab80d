/**
 * The two loops in which primitives wait. A primitive is a non-blocking *attempt*; these repeat it until it succeeds, one
 * by blocking the thread, one by awaiting.
 *
 * What else sleeps waits for no primitive: `memory/short-lock.ts`, which lies below and guards the library's own data;
 * naps that end by themselves (a Mutex or Bell before its wait, `shared/computations.ts`); `platform/waiting/pump.ts`, for the
 * clock; and who starts and ends workers (`worker/`) and asks the depot (`depot/`), before or after there are threads.
 *
 * Invariant: whoever takes the reason to sleep away changes the word first and notifies second. A sleeper gives the
 * word's value that its attempt saw, so a change in between ends the sleep at once: no wake-up is lost.
 *
 * All sleep in slices. The dead notify nobody: who waits for somebody passes a Watch, which looks after that one between
 * the slices (who that is, docs/decisions/0009-who-looks-after-whom.md). To those who wait for nobody in particular a slice
 * gives back a wake-up that died with its sender or receiver, and to a main thread the time to serve the others (pump).
 */
import { STILL_FRESH } from "../memory/robust-lock.js";
import { WaitNote } from "../memory/wait-note.js";
import type { Wakeup, Word } from "../memory/word.js";
import type { CancelSource } from "../platform/waiting/cancellation.js";
import { type Deadline, deadlineIn, timeLeft } from "../platform/waiting/clock.js";
import { keepAlive } from "../platform/waiting/keep-alive.js";
import { pump } from "../platform/waiting/pump.js";
import { refuseStopped, type StoppableWait, sourceOf, stoppable } from "../platform/waiting/stoppable.js";

/** What an attempt returns when it got what it came for. Outside of int32, so no value of a word can be it. */
export const DONE = 2 ** 32;

/** One non-blocking try: DONE, or the value of the word to sleep on. */
export type Attempt = () => number;

/**
 * Looks whether those a wait depends on are still alive; called between the slices of a sleep. It must not throw.
 * @param lately milliseconds: what another one has seen within them will do
 */
export type Watch = (lately: number) => void;

const FIRST_SLICE = 10;
const LONGEST_SLICE = 500;

/** How long the next sleep may last: all that is left, or one slice of it if somebody may die meanwhile. */
class Slices {
  readonly #deadline: Deadline;
  readonly #watch: Watch | undefined;
  #slice: number;

  constructor(word: Word, timeout: number | undefined, watch: Watch | undefined) {
    this.#deadline = deadlineIn(timeout);
    this.#watch = watch;
    this.#slice = word.isMortal ? FIRST_SLICE : Infinity;
  }

  /** @returns milliseconds to sleep; 0 when the time is up */
  next(): number {
    return Math.min(timeLeft(this.#deadline), this.#slice);
  }

  /** A sleep of `ms` ended without a wake-up. @returns true if that was the last one */
  over(ms: number): boolean {
    if (ms < this.#slice || this.#slice === Infinity) return true;
    this.#watch?.(this.#slice * STILL_FRESH);
    this.#slice = Math.min(this.#slice * 2, LONGEST_SLICE);
    return false;
  }
}

/**
 * Repeats `attempt` until it is DONE, blocking the thread in between.
 *
 * @param timeout milliseconds; undefined or Infinity: without limit
 * @returns false if the time ran out first
 */
export function blockUntil(word: Word, attempt: Attempt, timeout?: number, watch?: Watch): boolean {
  const slices = new Slices(word, timeout, watch);
  const note = new WaitNote();
  try {
    for (;;) {
      const expected = attempt();
      if (expected === DONE) return true;
      pump(); // also when no slice ever ends: a loop of short waits, a word that changes often
      const ms = slices.next();
      if (ms === 0) return false;
      if (word.wait(expected, ms, note) === "timed-out" && slices.over(ms)) return attempt() === DONE;
    }
  } finally {
    note.over();
  }
}

/**
 * The awaiting twin of `blockUntil`: the event loop goes on, and stays alive until the wait is over.
 *
 * @throws `signal.reason` when the signal is aborted, the cancellation error when the asyncio scope is cancelled
 */
export async function doneUntil(
  word: Word,
  attempt: Attempt,
  wait: StoppableWait = {},
  watch?: Watch,
): Promise<boolean> {
  const slices = new Slices(word, wait.timeout, watch);
  const source = sourceOf(wait);
  const note = new WaitNote();
  const release = keepAlive();
  try {
    refuseStopped(wait, source);
    for (;;) {
      // Attempt before looking for a stop: a wake-up that came together with one is used, not lost.
      const expected = attempt();
      if (expected === DONE) return true;
      refuseStopped(wait, source);
      const ms = slices.next();
      if (ms === 0) return false;
      if ((await sleepUntil({ word, expected, ms, note }, wait, source)) === "timed-out" && slices.over(ms))
        return attempt() === DONE;
    }
  } finally {
    note.over();
    release();
  }
}

/** One sleep of a wait, on the word while it is as expected. */
interface Sleep {
  readonly word: Word;
  readonly expected: number;
  readonly ms: number;
  readonly note: WaitNote;
}

/** Sleeps; ends early, as "not-equal", when the wait is stopped. */
async function sleepUntil(
  { word, expected, ms, note }: Sleep,
  wait: StoppableWait,
  source: CancelSource | undefined,
): Promise<Wakeup> {
  const due = deadlineIn(ms);
  const sleep = word.waitAsync(expected, Math.ceil(ms), note);
  if (typeof sleep === "string") return sleep;
  const outcome = await (wait.signal === undefined && source === undefined ? sleep : untilStopped(word, sleep, wait));
  // Its timer counts whole milliseconds from a time that may be stale: it can fire too early, or at once.
  return outcome === "timed-out" && timeLeft(due) > 0 ? "not-equal" : outcome;
}

function untilStopped(word: Word, sleep: Promise<Wakeup>, wait: StoppableWait): Promise<Wakeup> {
  let asleep = true;
  const wakeup = stoppable<Wakeup>(wait, (waiting) => {
    void sleep.then((outcome) => {
      // waitAsync cannot be cancelled: an abandoned sleeper stays listed and may be given a wake-up. Dropping that
      // would leave the next sleeper asleep, so it is handed on.
      if (!asleep && outcome === "ok") word.notify(1);
      else waiting.resolve(outcome);
    });
    return () => {
      asleep = false;
    };
  });
  return wakeup.catch(() => "not-equal");
}
