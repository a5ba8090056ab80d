/** Semaphores with one mistake each. The explorer must catch every one. */
import type { Word } from "#heddle/memory/word.js";
import { blockUntil, DONE } from "#heddle/sync/park.js";
import { Semaphore } from "#heddle/sync/semaphore.js";

class OpenSemaphore extends Semaphore {
  readonly permits: Word;
  readonly waiters: Word;

  constructor(permits: Word, waiters: Word) {
    super(permits, waiters);
    this.permits = permits;
    this.waiters = waiters;
  }
}

/** Looks for waiters before it adds the permit: one that comes in between sleeps on. */
export class HastySemaphore extends OpenSemaphore {
  override release(permits = 1): void {
    const waiters = this.waiters.load();
    this.permits.add(permits);
    if (waiters > 0) this.permits.notify(permits);
  }
}

/** Wakes one, however many permits there are. */
export class StingySemaphore extends OpenSemaphore {
  override release(permits = 1): void {
    this.permits.add(permits);
    if (this.waiters.load() > 0) this.permits.notify(1);
  }
}

/** Two may take the same permit. */
export class RacySemaphore extends OpenSemaphore {
  override tryAcquire(): boolean {
    const seen = this.permits.load();
    if (seen > 0) this.permits.store(seen - 1);
    return seen > 0;
  }
}

/** Uncounts itself only if it got a permit. */
export class LeakySemaphore extends OpenSemaphore {
  override acquireSync(timeout?: number): boolean {
    if (this.tryAcquire()) return true;
    this.waiters.add(1);
    if (!blockUntil(this.permits, () => (this.tryAcquire() ? DONE : 0), timeout)) return false;
    this.waiters.add(-1);
    return true;
  }
}
