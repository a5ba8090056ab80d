/** Recursive mutexes with one mistake each. The explorer must catch every one. */
import type { Word } from "#heddle/memory/word.js";
import { RuntimeError } from "#heddle/platform/errors/errors.js";
import { Acquired, type Mutex } from "#heddle/sync/mutex.js";
import { RecursiveMutex } from "#heddle/sync/recursive-mutex.js";

class OpenRecursiveMutex extends RecursiveMutex {
  readonly mutex: Mutex;
  readonly holder: Word;
  readonly levels: Word;

  constructor(mutex: Mutex, holder: Word, depth: Word, current: () => number) {
    super(mutex, holder, depth, current);
    this.mutex = mutex;
    this.holder = holder;
    this.levels = depth;
  }
}

/** Frees the lock at the first release, whatever the depth. */
export class ShallowMutex extends OpenRecursiveMutex {
  override unlock(holder: number): void {
    if (!this.isHeldBy(holder)) throw new RuntimeError("Cannot release the lock: it is not held");
    this.levels.store(0);
    this.holder.store(0);
    this.mutex.unlock();
  }
}

/** Frees the lock before it takes its name off: the next holder's name may be what it takes off. */
export class LateClearingMutex extends OpenRecursiveMutex {
  override unlock(holder: number): void {
    if (!this.isHeldBy(holder)) throw new RuntimeError("Cannot release the lock: it is not held");
    const left = this.levels.load() - 1;
    this.levels.store(left);
    if (left > 0) return;
    this.mutex.unlock();
    this.holder.store(0);
  }
}

/** Leaves its name on the free lock, so that it believes to hold it later. */
export class ForgetfulMutex extends OpenRecursiveMutex {
  override unlock(holder: number): void {
    if (!this.isHeldBy(holder)) throw new RuntimeError("Cannot release the lock: it is not held");
    const left = this.levels.load() - 1;
    this.levels.store(left);
    if (left === 0) this.mutex.unlock();
  }
}

/** Counts on from the depth that a dead owner left. */
export class HeirOfDepthMutex extends OpenRecursiveMutex {
  override lockSync(holder: number): Acquired {
    if (this.isHeldBy(holder)) {
      this.levels.add(1);
      return Acquired.TAKEN;
    }
    const acquired = this.mutex.lockSync();
    this.holder.store(holder);
    this.levels.add(1);
    return acquired;
  }
}
