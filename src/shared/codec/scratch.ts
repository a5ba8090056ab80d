/**
 * Private memory in which a thread writes a value before it is copied into the heap, and to which it copies one before
 * reading it: so no other thread ever sees half a value, and no user code runs under a lock.
 */
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
  }

  /** Gives memory that one large value has taken back to the collector. */
  trim(): void {
    if (this.bytes.length > MOST_KEPT) this.#use(FIRST_BYTES);
  }

  #use(size: number): void {
    const buffer = new ArrayBuffer(size);
    this.bytes = Buffer.from(buffer);
    this.words = new Int32Array(buffer);
    this.view = new DataView(buffer);
  }
}
