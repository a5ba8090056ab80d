/** How many items travel and run together: as asked for, as Python where the length is known, else by the time they take. */

/** Chunks per worker that Python aims at: few enough to be cheap, enough to even out uneven items. */
const CHUNKS_PER_WORKER = 4;
/** One chunk to run and one to go on with. */
const CHUNKS_AHEAD = 2;

/** A chunk takes about so long, in milliseconds: what sending it costs is little beside that. */
const AIM = 4;
const MOST = 4096;
/** How much larger the next may be: what is known of few items is not much. */
const GROWTH = 4;

export class ChunkSize {
  /** The size for a known length. */
  static forLength(length: number | undefined, workers: number): number | undefined {
    return length === undefined ? undefined : Math.max(1, Math.ceil(length / (workers * CHUNKS_PER_WORKER)));
  }

  readonly #isFixed: boolean;
  readonly #most: number;
  #size: number;

  /** @param given undefined: by the time they take @param bufferSize limits it as well */
  constructor(given: number | undefined, bufferSize = Number.POSITIVE_INFINITY) {
    this.#isFixed = given !== undefined;
    // Of a buffer every worker is to have a part.
    this.#most = this.#isFixed ? bufferSize : Math.max(1, Math.floor(bufferSize / CHUNKS_PER_WORKER));
    this.#size = Math.min(given ?? 1, this.#most);
  }

  get now(): number {
    return this.#size;
  }

  /** Items that are read ahead of their results. */
  window(workers: number): number {
    return this.#size * workers * CHUNKS_AHEAD;
  }

  /** A chunk of so many has taken so many milliseconds. */
  took(count: number, ms: number): void {
    if (this.#isFixed || Number.isNaN(ms)) return;
    const wanted = Math.floor((AIM * count) / Math.max(ms, 1e-3));
    this.#size = Math.max(1, Math.min(wanted, count * GROWTH, this.#most, MOST));
  }
}
