/**
 * Private memory in which a thread writes a value before it is copied into the heap, and to which it copies one before
 * reading it: so no other thread ever sees half a value, and no user code runs under a lock.
 */
import { detach } from "../../platform/engine/detach.js";

const FIRST_BYTES = 4096;
/** More than this is not kept for the next value. */
const MOST_KEPT = 1 << 20;

export class Scratch {
  bytes!: Buffer;
  /** The same memory: copying a few words by hand is cheaper than `set`. */
  words!: Int32Array;
  view!: DataView;

  constructor() {
    this.#use(FIRST_BYTES);
  }

  /** Makes room for `bytes`; the first `kept` bytes keep their content. */
  reserve(bytes: number, kept: number): void {
    if (bytes <= this.bytes.length) return;
    const old = this.bytes;
    this.#use(2 ** Math.ceil(Math.log2(bytes)));
    if (kept > 0) old.copy(this.bytes, 0, 0, kept);
    giveBack(old);
  }

  /** Gives back the memory that one large value has taken. */
  trim(): void {
    const old = this.bytes;
    if (old.length <= MOST_KEPT) return;
    this.#use(FIRST_BYTES);
    giveBack(old);
  }

  /** Not zeroed: a value is read from where it was written, with at most a few bytes behind it, to fill a word. */
  #use(size: number): void {
    this.bytes = Buffer.allocUnsafeSlow(size);
    const { buffer } = this.bytes;
    this.words = new Int32Array(buffer);
    this.view = new DataView(buffer);
  }
}

/** At once if it is much: the next large value gets the same memory, with its pages, and not what nobody has used yet. */
function giveBack({ buffer, length }: Buffer): void {
  if (length > MOST_KEPT) detach(buffer as ArrayBuffer);
}
