/**
 * One `map`: collects the results in the order of the input.
 *
 * As in Python an error of the function does not end the call: all chunks are run, then the first error, by arrival,
 * is thrown. An error of the input ends the reading and is thrown when what was sent has settled.
 */
import { Deferred } from "../future/deferred.js";
import { type Chunk, type ChunkRunner, ItemsCall, type ItemsCallOptions } from "./items-call.js";

export class MapCall extends ItemsCall {
  readonly result = new Deferred<unknown[]>();
  readonly #results: unknown[][] = [];
  #error: { readonly error: unknown } | undefined;

  constructor(runner: ChunkRunner, workers: number, options: ItemsCallOptions) {
    super(runner, workers, options, true);
  }

  protected override onResults(chunk: Chunk, results: unknown[]): void {
    this.#results[chunk.index] = results;
    this.released(chunk.count);
  }

  protected override onError(chunk: Chunk, error: unknown): void {
    this.#error ??= { error };
    this.released(chunk.count);
  }

  protected override onInputError(error: unknown): void {
    this.#error ??= { error };
  }

  protected override onEnd(end: { readonly error: unknown } | undefined): void {
    const failed = end ?? this.#error;
    if (failed !== undefined) this.result.reject(failed.error);
    else this.result.resolve(this.#results.flat());
  }
}
