/**
 * Whether an operating-system thread still exists, told without any event loop: a thread that blocks cannot receive
 * the `exit` event of a worker, and a worker that dies of memory leaves no other sign. Linux only, through /proc.
 */
import { builtin } from "./builtin.js";

/** Names one thread of this process for ever: ids are reused, the pair of id and birth is not. */
export interface NativeThread {
  /** 0 where the platform does not tell. */
  readonly tid: number;
  /** Start time in clock ticks since boot, modulo 2^31; UNKNOWN if it could not be read. */
  readonly born: number;
}

const NOWHERE: NativeThread = { tid: 0, born: 0 };

/** In place of the birth of a thread: there is none, and nothing could be learned. */
const [GONE, UNKNOWN] = [-1, -2];

/** Field 22 of stat(5), counted behind the command name, which may contain spaces. */
function birthOf(tid: number): number {
  try {
    const stat = builtin("node:fs").readFileSync(`/proc/self/task/${tid}/stat`, "latin1");
    return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19]) % 2 ** 31;
  } catch (error) {
    return saysGone(error) || !exists(tid) ? GONE : UNKNOWN;
  }
}

/** Takes no descriptor: a process that has too many files open can read nothing, but it can ask. */
function exists(tid: number): boolean {
  try {
    builtin("node:fs").accessSync(`/proc/self/task/${tid}`);
    return true;
  } catch (error) {
    return !saysGone(error); // all else says nothing about the thread
  }
}

function saysGone(error: unknown): boolean {
  const { code } = error as NodeJS.ErrnoException;
  return code === "ENOENT" || code === "ESRCH";
}

let own: NativeThread | undefined;

/** @returns the calling thread, or tid 0 where the platform does not tell */
export function nativeThread(): NativeThread {
  // What could not be read is asked for again: there may be a free descriptor next time.
  if (own === undefined || own.born === UNKNOWN) own = findNativeThread();
  return own;
}

/** What started the calling thread knows which one it is, so that this needs no look into the file system. */
export function knowNativeThread(thread: NativeThread): void {
  if (thread.tid !== 0 && thread.born !== UNKNOWN) own ??= thread;
}

function findNativeThread(): NativeThread {
  if (process.platform !== "linux") return NOWHERE;
  const { existsSync, readlinkSync } = builtin("node:fs");
  if (!existsSync("/proc/thread-self")) return NOWHERE;
  const tid = Number(readlinkSync("/proc/thread-self").split("/").pop());
  return known(tid);
}

/**
 * Runs `start`, which starts one thread.
 * @returns which one it is, where that is certain: if another thread of this process started one meanwhile it is not
 */
export function threadStartedBy(start: () => void): NativeThread {
  const before = new Set(tasks());
  start();
  const [tid, ...others] = tasks().filter((task) => !before.has(task));
  if (tid === undefined || others.length > 0) return NOWHERE;
  return known(tid);
}

function known(tid: number): NativeThread {
  const born = birthOf(tid);
  return born === GONE ? NOWHERE : { tid, born };
}

/** @returns the ids of all threads of this process; none where the platform does not tell */
function tasks(): number[] {
  if (process.platform !== "linux") return [];
  try {
    return builtin("node:fs").readdirSync("/proc/self/task").map(Number);
  } catch {
    return []; // no /proc, or too many files open: the thread starts all the same, if it can
  }
}

/** The program may replace it. */
const { random } = Math;

/** How many of the looks tell a thread from a later one of the same id, which the system gives out after many thousand others. */
const THOROUGH = 1 / 8;

/** As `mayBeAlive`, for who will ask again: it takes a tenth of the time, and finds out later if the id was given to another. */
export function seemsAlive(thread: NativeThread): boolean {
  if (random() < THOROUGH) return mayBeAlive(thread);
  return thread.tid === 0 || exists(thread.tid);
}

/** @returns false only if the thread is certainly gone */
export function mayBeAlive({ tid, born }: NativeThread): boolean {
  const found = tid === 0 ? UNKNOWN : birthOf(tid);
  return found === UNKNOWN || found === born || (born === UNKNOWN && found !== GONE);
}
