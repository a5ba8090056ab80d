/**
 * Output of threads and processes: what one call writes comes out whole and at once.
 *
 * Node's own stdout of a worker is a stream to the parent's event loop, so it is late while the worker computes and
 * silent while the parent blocks. Here a write goes straight to the descriptor, under a lock between threads.
 */
import { Writable } from "node:stream";
import { OUTPUT_LOCK } from "../memory/layout.js";
import { processHeap } from "../memory/process-heap.js";
import { ShortLock } from "../memory/short-lock.js";
import { writeWhole } from "../platform/descriptor.js";

/** Runs `write` while no other thread of this process does. */
export type Exclusively = (write: () => void) => void;

/** A writable stream over a descriptor whose every chunk is written whole, before `write` returns. */
class LineOutput extends Writable {
  readonly fd: number;
  readonly #exclusively: Exclusively;

  constructor(fd: number, exclusively: Exclusively) {
    super({ decodeStrings: true });
    this.fd = fd;
    this.#exclusively = exclusively;
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    try {
      this.#exclusively(() => writeWhole(this.fd, chunk));
    } catch (error) {
      done(error as Error);
      return;
    }
    done();
  }
}

/** Replaces this thread's `process.stdout` and `process.stderr`, on which its console rests too. */
export function installLineOutput(exclusively: Exclusively): void {
  for (const [name, fd] of [
    ["stdout", 1],
    ["stderr", 2],
  ] as const) {
    const stream = new LineOutput(fd, exclusively);
    Object.defineProperty(process, name, { configurable: true, enumerable: true, get: () => stream });
  }
}

/** Serialises output between the threads of this process. */
export function betweenThreads(): Exclusively {
  const { heap, owners } = processHeap();
  const lock = new ShortLock(heap.word(OUTPUT_LOCK), owners);
  return (write) => {
    lock.acquire();
    try {
      write();
    } finally {
      lock.release();
    }
  };
}
