/** Mutexes with one mistake each. The explorer must catch every one. */
import type { Word } from "#heddle/memory/word.js";
import { RuntimeError } from "#heddle/platform/errors/errors.js";
import { Acquired, Mutex } from "#heddle/sync/mutex.js";
import type { Owners } from "#heddle/sync/owners.js";
import { blockUntil, DONE } from "#heddle/sync/park.js";

const CONTENDED = 1 << 30;

/** A mutex whose parts mutants replace. */
class OpenMutex extends Mutex {
  readonly word: Word;
  readonly owners: Owners;

  constructor(word: Word, owners: Owners) {
    super(word, owners);
    this.word = word;
    this.owners = owners;
  }

  /** As Mutex.lockSync, with another attempt. */
  parkWith(attempt: () => Acquired | undefined, timeout?: number): Acquired {
    let acquired: Acquired = this.tryLock();
    if (acquired) return acquired;
    const done = blockUntil(
      this.word,
      () => {
        const got = attempt();
        if (!got) return this.word.load() | CONTENDED;
        acquired = got;
        return DONE;
      },
      timeout,
    );
    return done ? acquired : Acquired.FAILED;
  }
}

/** After its sleep it takes the lock as not contended, though others may sleep. */
export class ForgetfulMutex extends OpenMutex {
  override lockSync(timeout?: number): Acquired {
    return this.parkWith(() => {
      const seen = this.word.compareExchange(0, this.owners.me);
      if (seen === 0) return Acquired.TAKEN;
      this.word.compareExchange(seen, seen | CONTENDED);
      return undefined;
    }, timeout);
  }
}

/** Wakes the next one before the lock is free. */
export class EarlyNotifyMutex extends OpenMutex {
  override unlock(): void {
    if (this.word.load() & CONTENDED) this.word.notify(1);
    if (this.word.exchange(0) === 0) throw new RuntimeError("Cannot release the lock: it is not held");
  }
}

/** Has never heard of death. */
export class BarrenMutex extends Mutex {
  constructor(word: Word, owners: Owners) {
    super(word, { ...owners, died: () => false });
  }
}

/** Inherits by a plain store: two heirs may do so at once. */
export class GreedyHeirMutex extends OpenMutex {
  override tryLock(): Acquired {
    const seen = this.word.compareExchange(0, this.owners.me);
    if (seen === 0) return Acquired.TAKEN;
    if (!this.owners.died(seen & ~CONTENDED)) return Acquired.FAILED;
    this.word.store(this.owners.me | (seen & CONTENDED));
    return Acquired.OWNER_DIED;
  }
}

/** Its guards free the lock without looking whose it is. */
export class CarelessGuardMutex extends OpenMutex {
  override unlockIfOwner(_id: number): boolean {
    const before = this.word.exchange(0);
    if (before & CONTENDED) this.word.notify(1);
    return before !== 0;
  }
}
