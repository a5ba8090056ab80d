/**
 * Has the C library keep the memory of large buffers that are freed, for the next ones. A thread that takes one large
 * item after the other frees dozens of them at once, when the garbage collector comes. As it begins, glibc gives them back
 * to the kernel then, and every page of the next ones costs a fault: more than copying the item.
 *
 * glibc learns from what is freed: a block of up to 32 MB that it had from the kernel for itself is the size up to which
 * it has blocks in common memory from then on, and of that memory it keeps twice as much. So one is freed here, in which
 * nobody has written: it costs two calls into the kernel. Who has set M_MMAP_THRESHOLD, M_TRIM_THRESHOLD or their like
 * has told glibc not to learn.
 */
import { detach } from "./detach.js";

/** The most that glibc learns from, less room for its own words. */
const LESSON = (32 << 20) - (64 << 10);

/** For the whole process, and for good; again, it does no harm. */
export function keepFreedMemory(): void {
  if (process.platform !== "linux") return;
  try {
    detach(Buffer.allocUnsafeSlow(LESSON).buffer);
  } catch (error) {
    // With so little address space left, memory is better given back.
    if (!(error instanceof RangeError)) throw error;
  }
}
