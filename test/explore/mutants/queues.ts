/** Bells and queues with one mistake each. The explorer must catch every one. */
import type { Word } from "#heddle/memory/word.js";
import { Bell } from "#heddle/queue/bell.js";
import { QueueCore, type QueueParts, Shut } from "#heddle/queue/queue-core.js";
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
    this.parts.guard.acquire();
    this.parts.words.givenOut.store(this.parts.words.get.load());
    this.parts.words.shut.store(immediate ? Shut.DROPPED : Shut.DRAINING);
    this.parts.guard.release();
  }
}

/** Says that the items are dropped before it says how many were given out. */
export class ForgetfulCore extends OpenCore {
  override shutdown(): void {
    this.parts.guard.acquire();
    this.parts.words.shut.store(Shut.DROPPED);
    this.parts.words.givenOut.store(this.parts.words.get.load());
    this.parts.guard.release();
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
