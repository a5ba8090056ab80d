/**
 * Where waits learn that the work they belong to is cancelled. asyncio lies above the layers that wait, so it
 * fills this in from there: the current cancel source is the scope of the running task.
 */

/** A scope of work that can be cancelled as a whole. */
export interface CancelSource {
  /** True once the scope is cancelled; every wait started after that is refused. */
  readonly cancelled: boolean;
  /** @returns the error with which a wait in this scope ends */
  error(): Error;
  /**
   * Calls `onCancel` once, when the scope is cancelled.
   * @returns a function that takes the subscription back
   */
  subscribe(onCancel: (error: Error) => void): () => void;
}

let provider: () => CancelSource | undefined = () => undefined;

/** Tells every wait of this thread where to find the scope it runs in. */
export function setCancelSourceProvider(find: () => CancelSource | undefined): void {
  provider = find;
}

/** @returns the scope that the calling code runs in, or undefined outside of any */
export function currentCancelSource(): CancelSource | undefined {
  return provider();
}
