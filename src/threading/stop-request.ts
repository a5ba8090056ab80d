/** Whether a thread has been asked to stop. Most are never asked: the signal is made when somebody looks at it. */
import { CancelledError } from "../platform/errors/errors.js";

/** The message that asks a thread. */
export const STOP = { kind: "stop" } as const;

export class StopRequest {
  #controller: AbortController | undefined;
  #reason: CancelledError | undefined;

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason !== undefined) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** @param label the thread, for the reason that its waits are rejected with */
  request(label: string): void {
    if (this.#reason !== undefined) return;
    this.#reason = new CancelledError(`The ${label} was asked to stop`);
    this.#controller?.abort(this.#reason);
  }
}
