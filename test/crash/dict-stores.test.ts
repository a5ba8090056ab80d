/** A thread is killed at every single store of what a dictionary does; another finds the state before or after it. */
import assert from "node:assert/strict";
import { KeyScratch } from "#heddle/shared/dict-key.js";
import { STRIPE_LOCK, STRIPE_WORDS, Stripe } from "#heddle/shared/stripe.js";
import { decode, encode } from "../rig/item-codec.js";
import { type Driven, foresee, type Kill, lockedBy, type Steps, type Subject, testKills } from "./container-rig.js";
import type { Citizen } from "./mortal-heap.js";

interface DictOperations {
  set(key: string, value: unknown): void;
  delete(key: string): void;
  add(key: string, delta: number): void;
  /** Compare-and-set of the second half of `update`. */
  update(key: string, change: (value: unknown) => unknown): void;
  clear(): void;
}

/** One stripe, as SharedDict drives each of its sixteen. */
class DrivenStripe implements Driven, DictOperations {
  readonly #stripe: Stripe;
  readonly #key = new KeyScratch();
  readonly #locked: ReturnType<typeof lockedBy>;
  #order = 0;

  constructor(citizen: Citizen, handle: number) {
    const at = (handle << 4) + 4;
    this.#stripe = new Stripe(citizen, at);
    this.#locked = lockedBy(citizen, at + STRIPE_LOCK, () => this.#stripe.repair());
  }
  set(key: string, value: unknown): void {
    const item = encode(value);
    this.#locked(() => this.#stripe.set(this.#key.write(key), item, () => this.#order++));
  }
  delete(key: string): void {
    this.#locked(() => this.#stripe.delete(this.#key.write(key)));
  }
  add(key: string, delta: number): void {
    this.#locked(() => this.#stripe.addInteger(this.#key.write(key), delta));
  }
  update(key: string, change: (value: unknown) => unknown): void {
    const seen = this.#locked(() => this.#stripe.get(this.#key.write(key)));
    const item = encode(change(seen && decode(seen.kind, seen.integer, seen.bytes)));
    this.#locked(() => {
      if (this.#stripe.stamp(this.#key.write(key)) === seen?.stamp)
        this.#stripe.set(this.#key, item, () => this.#order++);
    });
  }
  clear(): void {
    this.#locked(() => {
      this.#stripe.empty();
      this.#stripe.dropEmptied();
    });
  }
  state(): string {
    const [entries, count] = this.#locked(() => [this.#stripe.entries(), this.#stripe.count]);
    assert.equal(count, entries.length, "count");
    return text(entries.map(({ key, item }) => [key as string, decode(item.kind, item.integer, item.bytes)]));
  }
}

const text = (entries: Iterable<[string, unknown]>): string =>
  [...entries]
    .map(
      ([key, value]) =>
        `${key.length > 9 ? key.length : key}=${typeof value === "string" ? value.length + value[0]! : value}`,
    )
    .sort()
    .join(" ");

class Model implements DictOperations {
  readonly map = new Map<string, unknown>();
  readonly states = new Set<string>();
  #note(): void {
    this.states.add(text(this.map));
  }
  set(key: string, value: unknown): void {
    this.map.set(key, value);
    this.#note();
  }
  delete(key: string): void {
    this.map.delete(key);
    this.#note();
  }
  add(key: string, delta: number): void {
    this.set(key, (this.map.get(key) as number) + delta);
  }
  update(key: string, change: (value: unknown) => unknown): void {
    this.set(key, change(this.map.get(key)));
  }
  clear(): void {
    this.map.clear();
    this.#note();
  }
}

const subject: Subject<DrivenStripe> = {
  bytes: STRIPE_WORDS * 4,
  drive: (citizen, handle) => new DrivenStripe(citizen, handle),
};

const fill =
  (count: number, value: unknown = 0) =>
  (on: DictOperations) => {
    for (let i = 0; i < count; i++) on.set(`key ${i}`, value);
  };
const BIG = "z".repeat(40_000);

const histories: Record<string, Steps<DictOperations>> = {
  "the first set": [() => {}, (on) => on.set("a", 1)],
  "set of another key": [fill(3), (on) => on.set("a", "text")],
  "set of a long key": [fill(3), (on) => on.set("k".repeat(500), 2)],
  "set of a large value": [fill(2), (on) => on.set("a", BIG)],
  "set over text": [fill(4, "old"), (on) => on.set("key 1", "newer")],
  "set over an integer": [fill(4), (on) => on.set("key 1", 7)],
  "set of text over an integer": [fill(4), (on) => on.set("key 1", "seven")],
  "set of a large value over a large one": [fill(2, BIG), (on) => on.set("key 1", `y${BIG}`)],
  "sets that resize": [fill(5), (on) => fill(40, 1)(on)],
  delete: [fill(4, "old"), (on) => on.delete("key 2")],
  "delete of what is not there": [fill(1), (on) => on.delete("nothing")],
  "set into a removed entry": [
    (on) => {
      fill(5, "old")(on);
      for (let i = 0; i < 5; i++) on.delete(`key ${i}`);
    },
    fill(5, "new"),
  ],
  "resize that drops removed entries": [
    (on) => {
      for (let i = 0; i < 5; i++) {
        on.set(`gone ${i}`, "x");
        on.delete(`gone ${i}`);
      }
    },
    fill(4, "new"),
  ],
  add: [fill(2, 5), (on) => on.add("key 1", 10)],
  "update of text": [fill(3, "abc"), (on) => on.update("key 1", (old) => `${old}d`)],
  "update of what is not there": [fill(3), (on) => on.update("new", () => "made")],
  clear: [fill(20, "text"), (on) => on.clear()],
  "clear of large values": [fill(3, BIG), (on) => on.clear()],
  "clear of nothing, and sets after it": [
    fill(3),
    (on) => {
      on.clear();
      on.clear();
      fill(9, "again")(on);
    },
  ],
  "sets that grow the heap": [fill(14, BIG), (on) => fill(20, `y${BIG}`)(on)],
};

function killOf(steps: Steps<DictOperations>): Kill<DrivenStripe, DictOperations> {
  const [setup, fatal] = steps;
  const foreseen = foresee(new Model(), (model) => text(model.map), steps);
  return {
    subject,
    history: { setup, fatal },
    allows: (state) => foreseen.has(state),
    carryOn: (on) => {
      on.clear();
      fill(30, "after")(on);
      on.update("key 3", () => BIG);
      on.delete("key 4");
      const expected = new Model();
      fill(30, "after")(expected);
      expected.update("key 3", () => BIG);
      expected.delete("key 4");
      assert.equal(on.state(), text(expected.map));
    },
  };
}

testKills("dict", histories, killOf);
