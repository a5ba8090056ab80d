/** Slots of readers for the explorer: two of them, in words of the program. A third reader has to queue up. */
import type { Owners } from "#heddle/sync/owners.js";
import { ReaderSlots } from "#heddle/sync/reader-slots.js";
import type { ModelWord } from "./model-word.js";

type Name = "gate" | "used" | "holder0" | "holder1" | "count0" | "count1";

export type SlotWords = Readonly<Record<Name, ModelWord>>;

/** Words to add to the program. */
export const SLOT_WORDS = { gate: 0, used: 0, holder0: 0, holder1: 0, count0: 0, count1: 0 };

/** Whose slot it is, is looked at without the mutex only by who enters more than once with one object. */
export const SLOT_GUARDS = { used: "lock", holder0: "lock", holder1: "lock" } as const;

/** For programs about the list: all readers queue up. */
class NoSlots extends ReaderSlots {
  override get isOpen(): boolean {
    return false;
  }
  override get someone(): number {
    return 0;
  }
  override get readers(): number[] {
    return [];
  }
  override open(): void {}
  override shut(): void {}
}

export function noSlots(words: SlotWords, owners: Owners): ReaderSlots {
  return wordSlots(words, owners, NoSlots);
}

export function wordSlots(words: SlotWords, owners: Owners, slotsClass = ReaderSlots): ReaderSlots {
  const { gate, used } = words;
  return new slotsClass({
    ...{ gate, used, size: 2, owners },
    owner: (slot) => words[`holder${slot as 0 | 1}`],
    count: (slot) => words[`count${slot as 0 | 1}`],
    isGone: (owner) => owners.died(owner),
  });
}
