/** What a worker of a line in memory says by message, and waits for. */
import type { Transferable } from "node:worker_threads";
import type { FunctionId } from "./line.js";
import { BELL, type Serial, type ToOwner } from "./slot-messages.js";

export class Post {
  readonly #post: (message: ToOwner, transfer?: readonly Transferable[]) => void;
  /** Who waits for what: the payload of a task by its serial, a function by -id. */
  readonly #waiting = new Map<number, (body: unknown) => void>();

  constructor(post: (message: ToOwner, transfer?: readonly Transferable[]) => void) {
    this.#post = post;
  }

  ring(): void {
    this.#post(BELL);
  }

  /** @throws {DataCloneError} if the engine cannot clone it */
  outcome(message: Extract<ToOwner, { slot: "outcome" }>, transfer: readonly Transferable[] = []): void {
    this.#post(message, transfer);
  }

  wantPayload(serial: Serial): Promise<unknown> {
    return this.#want(serial, { slot: "wants-payload", serial });
  }

  wantFunction(fn: FunctionId): Promise<unknown> {
    return this.#want(-fn, { slot: "wants-function", fn });
  }

  /** What was asked for is there. */
  arrived(what: number, body: unknown): void {
    this.#waiting.get(what)?.(body);
    this.#waiting.delete(what);
  }

  #want(what: number, message: ToOwner): Promise<unknown> {
    return new Promise((resolve) => {
      this.#waiting.set(what, resolve);
      this.#post(message);
    });
  }
}
