/** How a run of a tutorial program is described: its checks, and the few assertions they are made of. */
import assert from "node:assert/strict";
import type { Line, Run } from "./program.js";

/** One item of the list. */
export interface Check {
  /** `S1.1` to `S9.6`. */
  readonly id: string;
  readonly says: string;
  /** @throws {AssertionError} saying what came instead */
  check(run: Run): void;
}

/** A program and its items. */
export interface Expectation {
  /** File in examples/tutorial, without its ending. */
  readonly program: string;
  readonly heading: string;
  readonly checks: readonly Check[];
  /** For a program that shows something likely, not certain: true when this run showed it. Up to 5 runs are made. */
  shown?(run: Run): boolean;
}

/** A timer may be this much early by the clock of another process, in milliseconds. */
const TIMER_ROUNDING = 2;

/** What may be added to the ideal time for starting threads or processes on two idle cores, in milliseconds. */
export const STARTUP = { threads: 500, fiveThreads: 1000, processes: 1500 } as const;
export type Startup = keyof typeof STARTUP;

export const texts = (lines: readonly Line[]): string[] => lines.map((line) => line.text);

/** The lines are exactly these, in any order. */
export function sameLines(actual: readonly Line[], expected: readonly string[]): void {
  assert.deepEqual(texts(actual).sort(), [...expected].sort());
}

/** The lines are exactly these, in this order. */
export function linesInOrder(actual: readonly Line[], expected: readonly string[]): void {
  assert.deepEqual(texts(actual), expected);
}

/** `ms` lies between `ideal` and `ideal` plus what starting up may take. */
export function takes(what: string, ms: number, ideal: number, startup: Startup, run: Run): void {
  const most = ideal + STARTUP[startup] * run.slowness;
  assert.ok(ms >= ideal - TIMER_ROUNDING, `${what} came after ${ms.toFixed(0)} ms, before its ${ideal} ms were over`);
  assert.ok(ms <= most, `${what} came after ${ms.toFixed(0)} ms; ${most.toFixed(0)} ms is the most allowed`);
}

/** All of the lines arrived at about the same time. */
export function arriveAt(lines: readonly Line[], ideal: number, startup: Startup, run: Run): void {
  for (const { at, text } of lines) takes(JSON.stringify(text), at, ideal, startup, run);
}

/** Every line was written whole, with its newline, and nothing went wrong. */
export function wholeLines(run: Run): void {
  assert.ok(run.stdout.endsWith("\n"), "the last line has no end");
  assert.ok(
    run.lines.every((line) => line.text !== ""),
    `an empty line in ${JSON.stringify(run.stdout)}`,
  );
}

export function endsWell(run: Run): void {
  assert.equal(run.stderr, "");
  assert.equal(run.exitcode, 0);
}

/** The fields of lines of the form `PID-NAME: text`. */
export function processLines(lines: readonly Line[]): { at: number; pid: number; name: string; text: string }[] {
  return lines.map(({ at, text }) => {
    const [, pid, name, message] = /^(\d+)-(.+?): (.+)$/.exec(text) ?? assert.fail(`not PID-NAME: text: ${text}`);
    return { at, pid: Number(pid), name: name ?? "", text: message ?? "" };
  });
}
