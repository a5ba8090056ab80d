/** Bells and queues with one mistake each. The explorer must catch every one. */
import { type Guard, QueueCore, type QueueParts } from "#heddle/channel/queue-core.js";
import { Shut } from "#heddle/channel/shut.js";
import type { Word } from "#heddle/memory/word.js";
import { Bell } from "#heddle/sync/bell.js";
import { blockUntil, DONE } from "#heddle/sync/park.js";

type Parts = QueueParts<void, void>;

class OpenBell extends Bell {
  readonly rings: Word;
  readonly counted: Word;

  constructor(rings: Word, counted: Word) {
    super(rings, counted);
    this.rings = rings;
    this.counted = counted;
  }
}

/** Tries before it counts itself: what changes in between rings for nobody. */
export class LateBell extends OpenBell {
  override sleepSync(tried: () => boolean, timeout: number | undefined): boolean {
    if (tried()) return true;
    const seen = this.rings.load();
    this.counted.add(1);
    let first = true;
    const attempt = (): number => {
      const before = first ? seen : this.rings.load();
      if (first) first = false;
      else if (tried()) return DONE;
      return before;
    };
    const done = blockUntil(this.rings, attempt, timeout);
    this.counted.add(-1);
    return done;
  }
}

/** Reads the rings after it tried: a ring in between is taken for an old one. */
export class BlindBell extends OpenBell {
  override sleepSync(tried: () => boolean, timeout: number | undefined): boolean {
    this.counted.add(1);
    const done = blockUntil(this.rings, () => (tried() ? DONE : this.rings.load()), timeout);
    this.counted.add(-1);
    return done;
  }
}

/** Wakes one, whoever else waits for the same. */
export class ShyBell extends OpenBell {
  override ring(): void {
    super.ring(1);
  }
}

class OpenCore extends QueueCore<void, void> {
  readonly parts: Parts;

  constructor(parts: Parts) {
    super(parts);
    this.parts = parts;
  }
  get guards(): Set<Guard> {
    return new Set([this.parts.guards.put, this.parts.guards.take]);
  }
}

/** Counts a task as done by load and store. */
export class RacyCore extends OpenCore {
  override taskDone(): void {
    const { done, put } = this.parts.words;
    const before = done.load();
    done.store(before + 1);
    if (put.load() === before + 1) this.parts.bells.finished.ring(Infinity);
  }
}

/** Rings before it shuts down. */
export class HastyCore extends OpenCore {
  override shutdown(immediate: boolean): void {
    for (const bell of Object.values(this.parts.bells)) bell.ring(Infinity);
    for (const guard of this.guards) guard.acquire();
    this.parts.words.givenOut.store(this.parts.words.get.load());
    this.parts.words.shut.store(immediate ? Shut.DROPPED : Shut.DRAINING);
    for (const guard of this.guards) guard.release();
  }
}

/** Says that the items are dropped before it says how many were given out. */
export class ForgetfulCore extends OpenCore {
  override shutdown(): void {
    for (const guard of this.guards) guard.acquire();
    this.parts.words.shut.store(Shut.DROPPED);
    this.parts.words.givenOut.store(this.parts.words.get.load());
    for (const guard of this.guards) guard.release();
    for (const bell of Object.values(this.parts.bells)) bell.ring(Infinity);
  }
}

/** Does not tell those who wait for room. */
export class SilentCore extends OpenCore {
  override shutdown(immediate: boolean): void {
    const nobody = new Bell(this.parts.words.shut, this.parts.words.givenOut);
    nobody.ring = () => {};
    new QueueCore({ ...this.parts, bells: { ...this.parts.bells, freed: nobody } }).shutdown(immediate);
  }
}

/** Counts down the items that it saw at first: it takes what another one has taken. */
export class CredulousCore extends OpenCore {
  #known: number | undefined;

  override tryTake(): boolean {
    const { guards, words, storage } = this.parts;
    this.#known ??= words.put.load() - words.get.load();
    if (this.#known-- <= 0) return super.tryTake();
    guards.take.acquire();
    storage.take();
    guards.take.release();
    return true;
  }
}

/** Ends the queue with the takers' lock only: an item is put after its end. */
export class OneSidedCore extends OpenCore {
  override shutdown(): void {
    const { guards, words, bells } = this.parts;
    guards.take.acquire();
    words.shut.store(Shut.DRAINING);
    guards.take.release();
    for (const bell of Object.values(bells)) bell.ring(Infinity);
  }
}

/** Reads the counts one after the other, and whether the items were dropped before them. */
export class GlancingCore extends OpenCore {
  override get size(): number {
    const { shut, put, get } = this.parts.words;
    if (shut.load() === Shut.DROPPED) return 0;
    const got = get.load();
    return put.load() - got;
  }
  override get unfinished(): number {
    const { put, done } = this.parts.words;
    const before = done.load();
    return put.load() - before;
  }
}

/** Looks whether the items were dropped before it reads the counts. */
export class EarlyCore extends OpenCore {
  override get size(): number {
    const { shut, put, get } = this.parts.words;
    if (shut.load() === Shut.DROPPED) return 0;
    for (;;) {
      const got = get.load();
      const size = put.load() - got;
      if (get.load() === got) return size;
    }
  }
}
