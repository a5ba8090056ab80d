/**
 * What the main thread does for others. It is asked before each sleep of its blocking waits, and between their slices,
 * because then its event loop does not turn; whoever registers here listens in the event loop as well.
 *
 * Only a sleep that waits for nothing else can sleep on the word of requests itself: all others cannot be woken by one.
 */
import { deadlineIn, timeLeft } from "./clock.js";

/** The word that changes when something is asked of this thread. */
interface Requests {
  load(): number;
  wait(expected: number, timeout: number): unknown;
}

/** How long a thread that looks for something sleeps at most without, in milliseconds. */
const LOOK_EVERY = 250;

/** In a thread of which nobody asks anything. */
const nothing = new Int32Array(new SharedArrayBuffer(4));
const noRequests: Requests = { load: () => 0, wait: (expected, ms) => Atomics.wait(nothing, 0, expected, ms) };

let serve: (() => void) | undefined;
let requests = noRequests;

/** `request` looks whether something is asked of this thread, and does it. Called often: it must be cheap. */
export function onPump(word: Requests, request: () => void): void {
  requests = word;
  serve = request;
}

const looks: (() => void)[] = [];

/** As `onPump`, for what this thread looks for without being asked. */
export function onLook(look: () => void): void {
  looks.push(look);
}

/** Does what is asked of this thread, if anything is. */
export function pump(): void {
  serve?.();
  for (const look of looks) look();
}

/** Blocks this thread for `ms` milliseconds, never less; what is asked of it meanwhile it does at once. */
export function sleepPumping(ms: number): void {
  const deadline = deadlineIn(ms);
  for (let left = ms; ; ) {
    const seen = requests.load();
    pump();
    if (left > 0) requests.wait(seen, looks.length === 0 ? left : Math.min(left, LOOK_EVERY));
    left = timeLeft(deadline);
    if (left === 0) return;
  }
}
