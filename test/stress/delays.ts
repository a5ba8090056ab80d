/**
 * Random delays between the steps of the primitives: in a thread that calls `delaySteps` every atomic operation may be
 * late, by some microseconds or, rarely, by a millisecond asleep, as if the system had taken the core away there.
 */
import { chance } from "./chance.js";

const STEPS = ["load", "store", "exchange", "compareExchange", "add", "sub", "wait", "notify"] as const;

/** One step in so many is late by up to LATE milliseconds, one in so many others sleeps. */
const ONE_IN = 32;
const LATE = 0.02;
const SLEEPS_ONE_IN = 2000;

let random: (() => number) | undefined;

/** Delays the steps of the calling thread from now on. */
export function delaySteps(seed: number): void {
  if (random === undefined) for (const name of STEPS) replace(name);
  random = chance(seed);
}

/** Lengths of the slices in which the library sleeps where it must notice deaths, in milliseconds. */
const SHORTEST_SLICE = 10;
const LONGEST_SLICE = 500;

/**
 * From now on the slices of the calling thread's sleeps do not end: only a wake-up ends a sleep. So where nobody dies, a
 * wake-up that is lost is a hang, which the end of a slice would have hidden.
 */
export function sleepUnsliced(): void {
  const sliced = Atomics.wait as (...args: unknown[]) => unknown;
  Object.defineProperty(Atomics, "wait", {
    value: (cells: Int32Array, index: number, expected: number, timeout = Infinity) => {
      const isSlice = timeout >= SHORTEST_SLICE && timeout <= LONGEST_SLICE;
      return sliced(cells, index, expected, isSlice ? Infinity : timeout);
    },
  });
}

const wait = Atomics.wait;
const nothing = new Int32Array(new SharedArrayBuffer(4));

function replace(name: (typeof STEPS)[number]): void {
  const original = Atomics[name] as (...args: unknown[]) => unknown;
  Object.defineProperty(Atomics, name, {
    value: (...args: unknown[]) => {
      beLate();
      return original(...args);
    },
  });
}

function beLate(): void {
  const drawn = random!();
  if (drawn < 1 / SLEEPS_ONE_IN) wait(nothing, 0, 0, 1);
  else if (drawn > 1 - 1 / ONE_IN) {
    const until = performance.now() + random!() * LATE;
    while (performance.now() < until);
  }
}
