/**
 * Failures of threads, processes and calls of pools that nobody has asked for, as their starter sees them.
 *
 *   known ──somebody waits in `result`──▶ taken
 *     ├──the program has a hook of its own──▶ told, at once
 *     └──▶ pending ──`result` within the grace──▶ taken
 *             └──the grace is over, or the program ends──▶ printed ──`result` after all──▶ taken
 *
 * Invariant: a failure is delivered, told or printed as soon as it can be known whether anybody wants it, and never printed
 * after it was delivered. Why there is a grace: docs/decisions/0012-an-error-is-said-once.md
 *
 * A program that ends with printed failures that nobody has taken ends with exit code 1, unless it has set one. The threads of
 * a process count them together.
 */
import { isMainThread } from "node:worker_threads";
import { UNTAKEN } from "../memory/layout.js";
import { processRealm } from "../memory/process-realm.js";
import { onRebirth } from "../platform/engine/this-thread.js";
import { onLook } from "../platform/waiting/pump.js";
import { millisecondsSinceBirth, setTimer } from "../platform/waiting/timers.js";

/** How long the starter has to ask for a failure before it is printed, in milliseconds. */
const GRACE = 1000;

/** Least time between two looks while this thread blocks, in milliseconds. */
const BETWEEN_LOOKS = 50;

/** How a failure is made known. */
export interface Telling {
  /** Whether somebody wants to hear of it at once. */
  readonly atOnce: boolean;
  /** @returns true if it was only printed */
  tell(): boolean;
}

/** One failure, from the moment that it is known. */
export class Failure {
  readonly #telling: Telling;
  #state: "known" | "pending" | "printed" | "told" | "taken" = "known";

  constructor(telling: Telling) {
    this.#telling = telling;
  }

  /** Nobody waits for it. */
  report(): void {
    if (this.#state !== "known") return;
    if (grace === 0 || this.#telling.atOnce) return this.tell();
    this.#state = "pending";
    watchTheEnd();
    pending.set(this, millisecondsSinceBirth() + grace);
    arm();
  }

  /** Somebody is given it. */
  take(): void {
    if (this.#state === "printed") count(-1);
    pending.delete(this);
    this.#state = "taken";
  }

  /** Nobody can ask for it any more. */
  giveUp(): void {
    if (this.#state === "pending") this.tell();
  }

  tell(): void {
    pending.delete(this);
    this.#state = this.#telling.tell() ? "printed" : "told";
    if (this.#state === "printed") count(1);
  }
}

/** A thread or process that may have failed without this thread's event loop having heard of it. */
export interface Watched {
  /** Hears what there is to hear. @param isLast no event loop will turn any more */
  look(isLast: boolean): void;
}

const pending = new Map<Failure, number>();
const watched = new Set<Watched>();
let grace = GRACE;
onRebirth(() => {
  grace = GRACE;
});
let timer: NodeJS.Timeout | undefined;
/** Printed, and not taken since, by this thread as long as it has not met the heap. */
let printed = 0;
let isWatching = false;
let nextLook = 0;
let isShared = !isMainThread;

/** From now on it is looked at when this thread blocks, and when the program ends. */
export function watch(activity: Watched): void {
  watchTheEnd();
  watched.add(activity);
}

export function unwatch(activity: Watched): void {
  watched.delete(activity);
}

/** Other threads of this process may count. */
export function shareCount(): void {
  isShared = true;
}

/** Nobody will ask for anything any more: the `run` of this thread is over. */
export function endGrace(): void {
  grace = 0;
  for (const failure of pending.keys()) failure.tell();
}

/** A failure was printed that nobody can take. */
export function countPrinted(): void {
  watchTheEnd();
  count(1);
}

function count(by: number): void {
  if (isShared) processRealm().heap.word(UNTAKEN).add(by);
  else printed += by;
}

function watchTheEnd(): void {
  if (isWatching) return;
  isWatching = true;
  process.on("exit", end);
  onLook(whileBlocked);
}

function end(code: number): void {
  for (const activity of watched) activity.look(true);
  for (const failure of pending.keys()) failure.tell();
  if (!isMainThread || code !== 0 || process.exitCode !== undefined) return;
  if (printed + (isShared ? processRealm().heap.word(UNTAKEN).load() : 0) > 0) process.exitCode = 1;
}

/** No timer fires meanwhile. Hooks are not called: the program does not expect its code to run within a wait. */
function whileBlocked(): void {
  if (millisecondsSinceBirth() < nextLook) return;
  nextLook = millisecondsSinceBirth() + BETWEEN_LOOKS;
  for (const activity of watched) activity.look(false);
  tellOverdue();
}

function tellOverdue(): void {
  for (const [failure, due] of pending) if (due <= millisecondsSinceBirth()) failure.tell();
}

/** Those that are known first are due first. */
function arm(): void {
  const [due] = pending.values();
  if (timer !== undefined || due === undefined) return;
  const fire = (): void => {
    timer = undefined;
    tellOverdue();
    arm();
  };
  timer = setTimer(fire, Math.max(1, Math.ceil(due - millisecondsSinceBirth()))).unref();
}
