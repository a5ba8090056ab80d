/** Threads that this one has started and that its worker must outlive: their workers live inside its own. */
import { Deferred } from "../future/deferred.js";
import { waitFor } from "../future/wait-for.js";

/** One of them, until its worker is free of it. */
export class Child {
  /** Settled when nothing that the thread started keeps the program alive any more. */
  readonly released = new Deferred<void>();
  /** Settled when nothing of the thread is left. */
  readonly exited = new Deferred<void>();
  readonly #daemon: boolean;

  constructor(daemon: boolean) {
    this.#daemon = daemon;
    children.add(this);
  }

  exit(): void {
    children.delete(this);
    this.released.resolve();
    this.exited.resolve();
  }

  /** Resolves when none of them, daemons apart, keeps the program alive. */
  static async allReleased(): Promise<void> {
    for (const child of children) if (!child.#daemon) await waitFor(child.released);
  }

  /** Resolves when all of them are gone. */
  static async allExited(): Promise<void> {
    for (const child of children) await waitFor(child.exited);
  }

  /** True while there are any. */
  static get exist(): boolean {
    return children.size > 0;
  }
}

const children = new Set<Child>();
