/** Events with one mistake each. The explorer must catch every one. */
import type { Word } from "#heddle/memory/word.js";
import { Event } from "#heddle/sync/event.js";
import { blockUntil, DONE } from "#heddle/sync/park.js";

class OpenEvent extends Event {
  readonly word: Word;

  constructor(word: Word) {
    super(word);
    this.word = word;
  }
}

/** Only a flag: who is woken by `set` and looks after `clear` sleeps on. */
export class FlagEvent extends OpenEvent {
  override set(): void {
    this.word.store(1);
    this.word.notify(Infinity);
  }
  override clear(): void {
    this.word.store(0);
  }
  override waitSync(timeout?: number): boolean {
    return blockUntil(this.word, () => (this.word.load() === 1 ? DONE : 0), timeout);
  }
}

/** Wakes only one of those who wait. */
export class LonelyEvent extends OpenEvent {
  override set(): void {
    this.word.store(3);
    this.word.notify(1);
  }
}

/** Wakes them, then puts the flag up. */
export class EarlyEvent extends OpenEvent {
  override set(): void {
    this.word.notify(Infinity);
    this.word.store(3);
  }
}

/** Two at once may count the generation up twice. */
export class RacyEvent extends OpenEvent {
  override set(): void {
    if (this.isSet) return;
    this.word.add(3);
    this.word.notify(Infinity);
  }
}
