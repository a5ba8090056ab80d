/** Who waits until the queue of a pool has room: callers, and calls that read their input as there is room. */
import { Deferred } from "../future/deferred.js";

export class RoomSign {
  readonly #hasRoom: () => boolean;
  #waiting: Deferred<void> | undefined;
  readonly #readers = new Set<() => void>();

  constructor(hasRoom: () => boolean) {
    this.#hasRoom = hasRoom;
  }

  get isThere(): boolean {
    return this.#hasRoom();
  }

  /** Settled once there is room. */
  get sign(): Deferred<void> {
    const sign = this.#waiting ?? new Deferred<void>();
    if (this.#hasRoom()) sign.resolve();
    else this.#waiting = sign;
    return sign;
  }

  /** Has `reader` called once when there is room. */
  tell(reader: () => void): void {
    this.#readers.add(reader);
  }

  /** Nobody reads any more. */
  forget(reader: () => void): void {
    this.#readers.delete(reader);
  }

  /** There may be room. */
  look(): void {
    if (this.#waiting !== undefined && this.#hasRoom()) {
      this.#waiting.resolve();
      this.#waiting = undefined;
    }
    for (const reader of this.#readers) {
      if (!this.#hasRoom()) return;
      this.#readers.delete(reader);
      reader();
    }
  }
}
