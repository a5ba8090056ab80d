/** What `run` changed in the fields of its object is changed in the maker's object, too. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Value } from "heddle/shared";
import { Lock, Thread } from "heddle/threading";

class Stats {
  #n = 1;
  add(n: number): void {
    this.#n += n;
  }
  get n(): number {
    return this.#n;
  }
}

const LATE = Symbol("late");

class Busy extends Thread {
  readonly stats = new Stats();
  out = { list: [] as number[], log: (): void => {} };
  nested = [{ deep: new Stats() }];
  gone?: string = "here";
  [LATE]?: string;

  override run(): void {
    this.stats.add(5);
    this.out.list.push(1);
    this.nested[0]?.deep.add(1);
    delete this.gone;
    this[LATE] = "new";
  }
}

class Idle extends Thread {
  plain = { list: [1, new Map([[1, new Date(0)]])] };
  lock = new Lock();
  value = new Value("i32", 0);
  call = (): number => 1;

  override run(): void {
    this.value.value = 3;
  }
}

describe("Thread.run: changes inside fields", () => {
  test("private state, data beside functions, deleted fields and symbol keys come back", async () => {
    const busy = new Busy().start();
    await busy.join();
    assert.equal(busy.stats.n, 6);
    assert.deepEqual(busy.out.list, [1]);
    assert.equal(busy.nested[0]?.deep.n, 2);
    assert.equal("gone" in busy, false);
    assert.equal(busy[LATE], "new");
  });

  test("unchanged plain data, shared objects and functions stay the maker's own", async () => {
    const idle = new Idle();
    const { plain, lock, value, call } = idle;
    await idle.start().join();
    assert.ok(idle.plain === plain && idle.lock === lock && idle.value === value && idle.call === call);
    assert.equal(value.value, 3);
  });

  test("a field that cannot travel stays as it was, and the others come back", async () => {
    class Mixed extends Thread {
      stats: unknown = new Stats();
      other = new Stats();
      override run(): void {
        this.stats = { hidden: new WeakMap() };
        this.other.add(1);
      }
    }
    const mixed = new Mixed();
    const { stats } = mixed;
    await mixed.start().join();
    assert.equal(mixed.stats, stats);
    assert.equal(mixed.other.n, 2);
  });
});
