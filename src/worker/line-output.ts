/**
 * Output of threads and processes: what one call writes comes out at once, and whole between the threads of a process.
 * Between processes only the system keeps lines whole: in a pipe those of up to 4096 bytes.
 *
 * Node's own stdout of a worker is a stream to the parent's event loop, so it is late while the worker computes and
 * silent while the parent blocks. Here a write goes straight to the descriptor, under a lock between threads.
 *
 * Each descriptor has a lock of its own: who is stuck because nobody reads stdout does not keep others from stderr. Only
 * where both are the same file (`2>&1`, a terminal) they have one, so that lines stay whole there, too: such a file is full
 * for both.
 */
import type { Writable } from "node:stream";
import { ERROR_OUTPUT_LOCK, OUTPUT_LOCK } from "../memory/layout.js";
import { processRealm } from "../memory/process-realm.js";
import { ShortLock } from "../memory/short-lock.js";
import { builtin } from "../platform/engine/builtin.js";
import { writeWhole } from "../platform/engine/descriptor.js";
import { isMainThread } from "../platform/engine/this-thread.js";

type Descriptor = 1 | 2;

/** Runs `write` while no other thread of this process writes to that descriptor. */
export type Exclusively = (fd: Descriptor, write: () => void) => void;

type Write = (chunk: Buffer, encoding: BufferEncoding, done: (error?: Error | null) => void) => void;

let onErrorOutput: ((chunk: Buffer) => void) | undefined;

/** Tells what code of this worker writes to stderr from now on. What the platform itself writes is not among it. */
export function watchErrorOutput(tell: (chunk: Buffer) => void): void {
  onErrorOutput = tell;
}

/** @returns what writes a chunk whole to the descriptor before it returns, as a stream does its last step */
function writeTo(fd: Descriptor, exclusively: Exclusively): Write {
  return (chunk, _encoding, done) => {
    if (fd === 2) onErrorOutput?.(chunk);
    try {
      exclusively(fd, () => writeWhole(fd, chunk));
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  };
}

/**
 * @returns whether it says that nobody reads any more, as after `program | head`. It is no error of the task that prints: what
 * becomes of the program is decided by main, which gets it as well
 */
function isOfReader(error: Error): boolean {
  return (error as NodeJS.ErrnoException).code === "EPIPE";
}

/** @returns the error as a plain stream over a pipe gives it */
function asOfPipe({ errno, code, syscall }: NodeJS.ErrnoException): Error {
  return Object.assign(new Error(`${syscall} ${code}`), { errno, code, syscall });
}

/** The streams of this file. */
const ours = new WeakSet<Writable>();

/** @returns a writable stream over a descriptor. Made when it is first used: most threads print nothing */
function lineOutput(fd: Descriptor, exclusively: Exclusively): Writable {
  const { Writable } = builtin("node:stream");
  const write = writeTo(fd, exclusively);
  /** How the chunks fared whose writers have not been called back yet, in their order. */
  const outcomes: Outcome[] = [];
  const stream: Writable = new Writable({
    decodeStrings: true,
    // As Node's own: an error does not end it.
    autoDestroy: false,
    emitClose: false,
    // It never hears of an error itself: it would call back nobody any more.
    write: (chunk, encoding, done) =>
      write(chunk, encoding, (error) => {
        outcomes.push(error && isOfReader(error) ? asOfPipe(error) : error);
        done();
      }),
  });
  ours.add(stream);
  return Object.assign(stream, { fd, write: tellingWriters(stream, () => outcomes.shift()) });
}

type Outcome = Error | null | undefined;
type Done = (error?: Outcome) => void;

/** @returns `write` of the stream, where who writes, and then who listens, is told how it went */
function tellingWriters(stream: Writable, outcome: () => Outcome): Writable["write"] {
  const write = stream.write as (chunk: unknown, encoding: unknown, done: Done) => boolean;
  return (chunk: unknown, encoding?: BufferEncoding | Done, done?: Done) => {
    const [format, tell] = typeof encoding === "function" ? [undefined, encoding] : [encoding, done];
    return write.call(stream, chunk, format, (refused) => {
      const error = refused ? undefined : outcome();
      tell?.(error ?? refused);
      // Now, not before: a console listens while it writes, so that its errors are nobody's.
      if (error && !(isOfReader(error) && stream.listenerCount("error") === 0)) stream.emit("error", error);
    });
  };
}

/** By this name Node asks a worker's own stream to go on, once that has written anything. */
const GO_ON = "kStdioWantsMoreDataCallback";

/**
 * Node may have written to its own stream of a thread before, as it warns of flags: then it asks what it finds in
 * `process` to go on, which is this stream.
 *
 * @param nodes the getter of Node's own stream
 */
function forNode(stream: Writable, nodes: (() => Writable) | undefined): Writable {
  if (isMainThread || nodes === undefined) return stream;
  const own = nodes.call(process) as Writable & Record<symbol, () => void>;
  const goOn = Object.getOwnPropertySymbols(Object.getPrototypeOf(own)).find(
    ({ description }) => description === GO_ON,
  );
  return goOn === undefined ? stream : Object.assign(stream, { [goOn]: () => own[goOn]?.() });
}

/** What of a console Bun writes by itself, past `process.stdout`. */
const PRINTING = ["log", "info", "debug", "warn", "error", "trace", "dir", "table"] as const;

/** Replaces this thread's `process.stdout` and `process.stderr`, on which its console rests too. */
export function installLineOutput(exclusively: Exclusively): void {
  for (const [name, fd] of [
    ["stdout", 1],
    ["stderr", 2],
  ] as const) {
    let stream: Writable | undefined;
    const nodes = Object.getOwnPropertyDescriptor(process, name)?.get;
    const get = (): Writable => (stream ??= forNode(lineOutput(fd, exclusively), nodes));
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get });
  }
  if (!("Bun" in globalThis)) return;
  const { Console } = builtin("node:console");
  const printer = new Console(process.stdout, process.stderr);
  for (const method of PRINTING) console[method] = printer[method].bind(printer);
}

let isJoined = false;

/**
 * Makes the main thread's own output keep clear of its threads': the streams stay what they are, only their last step
 * goes through the same lock. Streams that the program has replaced, or that are behind with writing, are left alone.
 */
export function joinLineOutput(exclusively: Exclusively): void {
  if (isJoined) return;
  isJoined = true;
  for (const [stream, fd] of [[process.stdout, 1] as const, [process.stderr, 2] as const]) {
    if (stream.fd !== fd || stream.writableLength > 0 || ours.has(stream)) continue;
    const whole = writeTo(fd, exclusively);
    const write = (chunk: Buffer | string, encoding: BufferEncoding, done: (error?: Error | null) => void): void =>
      whole(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk, encoding, done);
    Object.assign(stream, { _write: write, _writev: null });
  }
}

/** Serialises output between the threads of this process. */
export function betweenThreads(): Exclusively {
  const { heap, owners } = processRealm();
  const stdout = new ShortLock(heap.word(OUTPUT_LOCK), owners);
  let stderr: ShortLock | undefined;
  return (fd, write) => {
    if (fd === 2) stderr ??= isOneFile() ? stdout : new ShortLock(heap.word(ERROR_OUTPUT_LOCK), owners);
    const lock = fd === 1 ? stdout : stderr!;
    lock.acquire();
    try {
      write();
    } finally {
      lock.release();
    }
  };
}

/** @returns whether stdout and stderr lead to the same place */
function isOneFile(): boolean {
  const { fstatSync } = builtin("node:fs");
  try {
    const [stdout, stderr] = [fstatSync(1, { bigint: true }), fstatSync(2, { bigint: true })];
    return stdout.dev === stderr.dev && stdout.ino === stderr.ino;
  } catch {
    return false; // one of them is closed
  }
}
