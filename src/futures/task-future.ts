/** The future of a task that a pool runs. It is what the pool tells the outcome to: one object for both. */
import type { Launched, Sink } from "../pool/sink.js";
import { Future, stopWith } from "./future.js";

/** The executor that it was submitted to. */
export interface TaskFutureOwner {
  /** Its class, for what is printed. */
  readonly className: string;
  /** @returns whether the program has brought that error about */
  isWished(error: unknown): boolean;
  /** One of its futures is done. */
  futureDone(): void;
}

export class TaskFuture<T> extends Future<T> implements Sink {
  readonly #owner: TaskFutureOwner;
  #launched: Launched | undefined;

  constructor(owner: TaskFutureOwner) {
    super();
    this.#owner = owner;
  }

  launchedAs(launched: Launched): void {
    this.#launched = launched;
  }

  taskDone(value: unknown): void {
    if (!this.done) this.setResult(value as T);
  }

  taskFailed(error: unknown): void {
    if (this.done) return;
    if (this.#owner.isWished(error)) stopWith(this, error);
    else this.setException(error);
  }

  /** Fails it at once; what runs of it is asked to stop, and stopped if it goes on. */
  stop(error: unknown): void {
    const launched = this.#launched;
    stopWith(this, error);
    launched?.stop(error);
  }

  protected override hasBegun(): boolean {
    return this.#launched?.hasBegun ?? false;
  }

  protected override revoke(): boolean {
    return this.#launched?.revoke() ?? true;
  }

  protected override get origin(): string {
    return `submit of a ${this.#owner.className}`;
  }

  protected override settled(): void {
    this.#launched = undefined;
    super.settled();
    this.#owner.futureDone();
  }
}
