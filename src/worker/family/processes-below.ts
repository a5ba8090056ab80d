/**
 * Processes that threads have started. One that is still there when its thread is terminated ends with it: whoever
 * terminates the thread kills them by their ids, which every host of threads has in shared memory, for what is in it and
 * below. So they end at once, also if the thread computes or blocks. (A process of which the ids have no room ends a moment
 * later, by orphan-watch.ts.)
 *
 * The system keeps the id of a process until somebody asks how it ended, and only the event loop of its thread does. So the thread
 * is asked to end them as well before it is terminated, unless it does not hear.
 *
 *   told to end ──▶ its processes are killed, those of its threads too ──all reaped──▶ it sleeps until it is terminated
 *
 * Every host also counts the processes in it and below, so that nobody waits for nothing.
 *
 * Invariant: an id in the memory of a host is that of a process which it has, or had when its thread was last able to take it
 * out. The system may give the id of such a one to others; so it is killed only as a child of this program.
 */
import { SharedWord } from "../../memory/word.js";
import { deadlineIn, timeLeft } from "../../platform/waiting/clock.js";
import { MOST_PIDS, pidWord, processesWord } from "../thread-protocol.js";
import { killChild } from "./kill-child.js";

/** How long who terminates a thread waits at most until that hears of it, in milliseconds. */
const HEARING = 100;
/** And then, until its processes are gone, which takes one or two on a machine that is not busy. */
const REAPING = 5000;

/** Added to the word by a thread that has heard. */
const HEARD = 1 << 30;

/** A process of this thread. */
export interface OwnProcess {
  readonly pid: number | undefined;
  kill(signal: "SIGKILL"): boolean;
}

/** Something that carries a thread of this thread. */
interface Host {
  endProcesses(): void;
}

const processes = new Set<OwnProcess>();
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

export function addProcess(process: OwnProcess): void {
  processes.add(process);
  for (const cell of carriers) exchangePid(cell, 0, process.pid!);
  count(1);
}

/** It is gone, and the system has been asked how it ended. */
export function removeProcess(process: OwnProcess): void {
  if (!processes.delete(process)) return;
  for (const cell of carriers) exchangePid(cell, process.pid!, 0);
  count(-1);
  // Nothing of the program shall go on that its processes are missing from.
  if (isEnding && processes.size === 0) new SharedWord(new Int32Array(new SharedArrayBuffer(4)), 0).wait(0, Infinity);
}

export function addHost(host: Host): void {
  hosts.add(host);
}

/** @param cell has the processes that were in it when it ended */
export function removeHost(host: Host, cell: Int32Array): void {
  hosts.delete(host);
  for (const pid of pidsIn(cell)) for (const above of carriers) exchangePid(above, pid, 0);
  count(-processesIn(cell));
}

function count(change: number): void {
  for (const cell of carriers) {
    const word = processesWord(cell);
    word.add(change);
    word.notify(1);
  }
}

/** Puts one id in place of another, once; 0 is none. Does nothing if there is no room for it. */
function exchangePid(cell: Int32Array, from: number, to: number): void {
  for (let i = 0; i < MOST_PIDS; i++) if (pidWord(cell, i).compareExchange(from, to) === from) return;
}

function* pidsIn(cell: Int32Array): Iterable<number> {
  for (let i = 0; i < MOST_PIDS; i++) {
    const pid = pidWord(cell, i).load();
    if (pid !== 0) yield pid;
  }
}

/** In the thread that is to be terminated. */
export function endProcesses(): void {
  isEnding = true;
  const own = processesWord(carriers.at(-1)!);
  own.add(HEARD);
  own.notify(1);
  for (const host of hosts) host.endProcesses();
  for (const process of processes) process.kill("SIGKILL");
}

/**
 * In the thread that terminates it: kills all processes there, and waits, blocking, until the system has forgotten them, or the
 * thread does not hear.
 */
export function endProcessesIn(cell: Int32Array): void {
  for (const pid of pidsIn(cell)) killChild(pid);
  const word = processesWord(cell);
  waitWhile(word, HEARING, (left) => left > 0 && left < HEARD);
  waitWhile(word, REAPING, (left) => left > HEARD);
}

function waitWhile(word: SharedWord, timeout: number, holds: (value: number) => boolean): void {
  const deadline = deadlineIn(timeout);
  for (let value = word.load(); holds(value) && timeLeft(deadline) > 0; value = word.load()) {
    word.wait(value, timeLeft(deadline));
  }
}

/** @returns how many processes there are in it and below */
export function processesIn(cell: Int32Array): number {
  return processesWord(cell).load() % HEARD;
}
