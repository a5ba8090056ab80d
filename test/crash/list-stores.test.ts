/** A thread is killed at every single store of what a list does; another finds the state before or after it. */
import assert from "node:assert/strict";
import { LIST_BYTES, LIST_LOCK, Vector } from "#heddle/shared/vector.js";
import { decode, encode } from "../rig/item-codec.js";
import { type Driven, foresee, type Kill, lockedBy, type Steps, type Subject, testKills } from "./container-rig.js";
import type { Citizen } from "./mortal-heap.js";

interface ListOperations {
  append(value: unknown): void;
  pop(): void;
  set(index: number, value: unknown): void;
  insert(index: number, value: unknown): void;
  remove(index: number): void;
  clear(): void;
}

class DrivenList implements Driven, ListOperations {
  readonly #vector: Vector;
  readonly #locked: ReturnType<typeof lockedBy>;

  constructor(citizen: Citizen, handle: number) {
    this.#vector = new Vector(citizen, handle);
    this.#locked = lockedBy(citizen, (handle << 4) + LIST_LOCK, () => this.#vector.repair());
  }
  append(value: unknown): void {
    this.#locked(() => this.#vector.append(encode(value)));
  }
  pop(): void {
    this.#locked(() => this.#vector.pop());
  }
  set(index: number, value: unknown): void {
    this.#locked(() => this.#vector.set(index, encode(value)));
  }
  insert(index: number, value: unknown): void {
    this.#locked(() => this.#vector.insert(index, encode(value)));
  }
  remove(index: number): void {
    this.#locked(() => this.#vector.remove(index));
  }
  clear(): void {
    this.#locked(() => this.#vector.clear());
  }
  state(): string {
    const items = this.#locked(() => Array.from({ length: this.#vector.length }, (_, i) => this.#vector.get(i)));
    return text(items.map(({ kind, integer, bytes }) => decode(kind, integer, bytes)));
  }
}

const text = (items: readonly unknown[]): string =>
  items.map((item) => (typeof item === "string" ? item.length + item[0]! : item)).join();

class Model implements ListOperations {
  readonly items: unknown[] = [];
  readonly states = new Set<string>();
  append(value: unknown): void {
    this.insert(this.items.length, value);
  }
  pop(): void {
    this.remove(this.items.length - 1);
  }
  set(index: number, value: unknown): void {
    this.items[index] = value;
    this.states.add(text(this.items));
  }
  insert(index: number, value: unknown): void {
    this.items.splice(index, 0, value);
    this.states.add(text(this.items));
  }
  remove(index: number): void {
    this.items.splice(index, 1);
    this.states.add(text(this.items));
  }
  clear(): void {
    this.items.length = 0;
    this.states.add("");
  }
}

const subject: Subject<DrivenList> = {
  bytes: LIST_BYTES,
  drive: (citizen, handle) => new DrivenList(citizen, handle),
};

const fill =
  (count: number, value: unknown = 0) =>
  (on: ListOperations) => {
    for (let i = 0; i < count; i++) on.append(value);
  };
const BIG = "z".repeat(40_000);

const histories: Record<string, Steps<ListOperations>> = {
  "the first append": [() => {}, (on) => on.append("a")],
  "append of a large value": [fill(2), (on) => on.append(BIG)],
  "appends that grow": [fill(9, "x"), (on) => fill(20, "y")(on)],
  pop: [fill(3, "x"), (on) => on.pop()],
  "set of text over text": [fill(3, "x"), (on) => on.set(1, "yy")],
  "set of an integer over an integer": [fill(3), (on) => on.set(1, 9)],
  "set of a large value over text": [fill(3, "x"), (on) => on.set(1, BIG)],
  insert: [fill(3, "x"), (on) => on.insert(1, "new")],
  "insert that grows": [fill(11, "x"), (on) => on.insert(0, "new")],
  remove: [fill(5, "x"), (on) => on.remove(1)],
  "remove of the last": [fill(5, "x"), (on) => on.remove(4)],
  clear: [fill(20, "text"), (on) => on.clear()],
  "clear, and appends after it": [
    fill(3, BIG),
    (on) => {
      on.clear();
      on.clear();
      fill(12, "again")(on);
    },
  ],
  "appends that grow the heap": [fill(14, BIG), (on) => fill(14, `y${BIG}`)(on)],
  "all mixed": [
    fill(10, "x"),
    (on) => {
      for (let i = 0; i < 5; i++) {
        on.insert(i, i);
        on.append(BIG);
        on.remove(i + 1);
        on.set(i, "text");
        on.pop();
      }
    },
  ],
};

function killOf(steps: Steps<ListOperations>): Kill<DrivenList, ListOperations> {
  const [setup, fatal] = steps;
  const foreseen = foresee(new Model(), (model) => text(model.items), steps);
  return {
    subject,
    history: { setup, fatal },
    allows: (state) => foreseen.has(state),
    carryOn: (on) => {
      const after = (each: ListOperations): void => {
        each.clear();
        fill(30, "after")(each);
        each.insert(3, BIG);
        each.remove(5);
      };
      const expected = new Model();
      after(expected);
      after(on);
      assert.equal(on.state(), text(expected.items));
    },
  };
}

testKills("list", histories, killOf);
