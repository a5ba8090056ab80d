/** The only place that reads the time or sets timers. All durations are milliseconds. */
import { clearTimer, millisecondsSinceBirth, setTimer, setTurn } from "./timers.js";

/** Timers above this wrap round to 1 ms in Node: longer ones are set again when they fire. */
export const LONGEST_TIMER = 2 ** 31 - 1;

/** @returns milliseconds on a clock that never goes back; the zero point is arbitrary */
export function monotonic(): number {
  return millisecondsSinceBirth();
}

const { hrtime } = process;

/** @returns milliseconds on a clock that all threads of the process share, as an int32 that wraps; never 0 */
export function processMilliseconds(): number {
  const [seconds, nanoseconds] = hrtime();
  return (seconds * 1000 + Math.floor(nanoseconds / 1e6)) | 0 || 1;
}

/** A point in time up to which a wait may last. Infinity: without limit. */
export type Deadline = number;

/** @returns the deadline `timeout` milliseconds from now; undefined means without limit */
export function deadlineIn(timeout: number | undefined): Deadline {
  return timeout === undefined || timeout === Infinity ? Infinity : monotonic() + timeout;
}

/** @returns milliseconds until the deadline, never negative */
export function timeLeft(deadline: Deadline): number {
  return deadline === Infinity ? Infinity : Math.max(0, deadline - monotonic());
}

/**
 * Calls `onTime` once, not before `ms` milliseconds have passed on the monotonic clock; `ms` may be any length.
 * @returns a function that takes the timer back
 */
export function after(ms: number, onTime: () => void): () => void {
  const deadline = deadlineIn(ms);
  let timer: NodeJS.Timeout;
  const arm = (): void => {
    timer = setTimer(fire, Math.min(Math.ceil(timeLeft(deadline)), LONGEST_TIMER));
  };
  // Node's timers may fire up to a millisecond early by this clock, and cannot be longer than LONGEST_TIMER.
  const fire = (): void => {
    if (timeLeft(deadline) > 0) arm();
    else onTime();
  };
  arm();
  return () => clearTimer(timer);
}

let turn: (() => void)[] = [];

/**
 * Calls `onTurn` once the event loop has had a turn for input and output. All who ask in one turn share one immediate:
 * each costs more than the rest of such a wait. Callbacks do not throw.
 */
export function afterTurn(onTurn: () => void): void {
  if (turn.push(onTurn) === 1) setTurn(endTurn);
}

function endTurn(): void {
  const waiting = turn;
  turn = [];
  for (const onTurn of waiting) onTurn();
}
