/**
 * Reads the input of a map, chunk by chunk, never further than asked.
 *
 *   open ──▶ ended         by the input's end, its error, or `close`
 *
 * One read at a time: the next `read` comes after the last has returned, or its promise has settled.
 */
import { wrongType } from "../platform/errors/arguments.js";

/** What `map` takes. */
export type Items<T> = Iterable<T> | AsyncIterable<T>;

/** @returns the number of items where the input tells it without being read */
export function knownLength(items: Items<unknown>): number | undefined {
  if (Array.isArray(items)) return items.length;
  if (items instanceof Set || items instanceof Map) return items.size;
  if (ArrayBuffer.isView(items) && "length" in items) return items.length as number;
  return undefined;
}

/** @throws {TypeError} if `items` is neither an Iterable nor an AsyncIterable */
export function checkItems(argument: string, items: unknown): void {
  const object = items === null || items === undefined ? {} : Object(items);
  if (typeof object[Symbol.asyncIterator] === "function" || typeof object[Symbol.iterator] === "function") return;
  throw wrongType(argument, "an Iterable or AsyncIterable", items);
}

/** One input, read once. */
export class ChunkSource<T> {
  readonly #sync: Iterator<T> | undefined;
  readonly #async: AsyncIterator<T> | undefined;
  #ended = false;
  /** True while the input's own code runs. */
  #reading = false;
  /** Whether items that were read before an error are kept, and the error comes with the next read. */
  readonly #keeps: boolean;
  #error: { readonly error: unknown } | undefined;

  constructor(items: Items<T>, keeps = false) {
    this.#keeps = keeps;
    if (Symbol.asyncIterator in Object(items)) this.#async = (items as AsyncIterable<T>)[Symbol.asyncIterator]();
    else this.#sync = (items as Iterable<T>)[Symbol.iterator]();
  }

  /** True once there is nothing more to read, not even an error. */
  get ended(): boolean {
    return this.#ended && this.#error === undefined;
  }

  /**
   * @returns `size` items, or fewer where the input ends
   * @throws what the input throws; the items read before it in this chunk are dropped, or come first
   */
  read(size: number): T[] | Promise<T[]> {
    const failed = this.#error;
    this.#error = undefined;
    if (failed !== undefined) throw failed.error;
    try {
      return this.#sync !== undefined ? this.#readSync(this.#sync, size) : this.#readAsync(size);
    } catch (error) {
      this.#ended = true;
      throw error;
    }
  }

  /** Tells an input that was not read to its end that nobody will. */
  close(): void {
    this.#error = undefined;
    if (this.#ended) return;
    this.#ended = true;
    this.#tellInput();
  }

  #tellInput(): void {
    // An iterator that is closed from inside its own `next` is told when that has returned.
    if (this.#reading) return;
    // As in `for...of` whose body throws: an error of `return` must not hide the one that ends the reading.
    try {
      this.#sync?.return?.();
      void this.#async?.return?.().then(undefined, () => {});
    } catch {}
  }

  #readSync(iterator: Iterator<T>, size: number): T[] {
    const chunk: T[] = [];
    try {
      while (chunk.length < size && !this.#ended) {
        const next = this.#nextSync(iterator);
        if (next.done) this.#ended = true;
        else if (this.#ended) this.#tellInput();
        else chunk.push(next.value);
      }
    } catch (error) {
      this.#keep(chunk, error);
    }
    return chunk;
  }

  /** @throws the error, unless what was read before it comes first */
  #keep(chunk: T[], error: unknown): void {
    const wasClosed = this.#ended;
    this.#ended = true;
    if (!this.#keeps || chunk.length === 0) throw error;
    if (!wasClosed) this.#error = { error };
  }

  #nextSync(iterator: Iterator<T>): IteratorResult<T> {
    this.#reading = true;
    try {
      return iterator.next();
    } finally {
      this.#reading = false;
    }
  }

  async #readAsync(size: number): Promise<T[]> {
    const chunk: T[] = [];
    try {
      while (chunk.length < size && !this.#ended) {
        const next = await (this.#async as AsyncIterator<T>).next();
        if (next.done) this.#ended = true;
        else chunk.push(next.value);
      }
    } catch (error) {
      this.#keep(chunk, error);
    }
    return chunk;
  }
}
