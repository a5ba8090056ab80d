/**
 * Processes that threads have started. One that is still there when its thread is terminated ends with it (orphan-watch.ts),
 * but the system keeps its id until somebody asks how it ended, and only the event loop of that thread does. So a thread is
 * asked to end them before it is terminated, unless it does not hear, since it computes or blocks.
 *
 *   told to end ──▶ its processes are killed, those of its threads too ──all reaped──▶ it sleeps until it is terminated
 *
 * Every host of threads has a word with the number of processes in it and below, so that nobody waits for nothing.
 */
import { SharedWord } from "../memory/word.js";
import { deadlineIn, timeLeft } from "../platform/clock.js";
import { kinWord } from "./thread-protocol.js";

/** How long who terminates a thread waits at most until that hears of it, in milliseconds. */
const HEARING = 100;
/** And then, until its processes are gone, which takes one or two on a machine that is not busy. */
const REAPING = 5000;

/** Added to the word by a thread that has heard. */
const HEARD = 1 << 30;

/** A process of this thread. */
export interface Kin {
  kill(signal: "SIGKILL"): boolean;
}

/** Something that carries a thread of this thread. */
interface Host {
  endKin(): void;
}

const processes = new Set<Kin>();
const hosts = new Set<Host>();
/** The cells of the hosts that this thread is in, the outermost first; none in the main thread. */
let carriers: readonly Int32Array[] = [];
let isEnding = false;

/** Called by a host's thread when it begins. */
export function carriedBy(cells: readonly Int32Array[]): void {
  carriers = cells;
}

export function carriersOfThisThread(): readonly Int32Array[] {
  return carriers;
}

export function addProcess(process: Kin): void {
  processes.add(process);
  count(1);
}

/** It is gone, and the system has been asked how it ended. */
export function removeProcess(process: Kin): void {
  if (!processes.delete(process)) return;
  count(-1);
  // Nothing of the program shall go on that its processes are missing from.
  if (isEnding && processes.size === 0) new SharedWord(new Int32Array(new SharedArrayBuffer(4)), 0).wait(0, Infinity);
}

export function addHost(host: Host): void {
  hosts.add(host);
}

/** @param left processes that were in it when it ended */
export function removeHost(host: Host, left: number): void {
  hosts.delete(host);
  count(-left);
}

function count(change: number): void {
  for (const cell of carriers) {
    const word = kinWord(cell);
    word.add(change);
    word.notify(1);
  }
}

/** In the thread that is to be terminated. */
export function endKin(): void {
  isEnding = true;
  const own = kinWord(carriers.at(-1)!);
  own.add(HEARD);
  own.notify(1);
  for (const host of hosts) host.endKin();
  for (const process of processes) process.kill("SIGKILL");
}

/** In the thread that terminates it: waits, blocking, until no process is left there, or it does not hear. */
export function awaitNoKin(word: SharedWord): void {
  waitWhile(word, HEARING, (left) => left > 0 && left < HEARD);
  waitWhile(word, REAPING, (left) => left > HEARD);
}

function waitWhile(word: SharedWord, timeout: number, holds: (value: number) => boolean): void {
  const deadline = deadlineIn(timeout);
  for (let value = word.load(); holds(value) && timeLeft(deadline) > 0; value = word.load()) {
    word.wait(value, timeLeft(deadline));
  }
}

/** @returns how many processes it counts */
export function kinIn(word: SharedWord): number {
  return word.load() % HEARD;
}
