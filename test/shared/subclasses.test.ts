/** Subclasses of shared classes with constructors of their own: what travels is the object, not its construction. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SharedArray } from "heddle/shared";
import { Lock, Thread } from "heddle/threading";
import { Point, sharedClasses } from "./shared-classes.js";

/** The constructors below refuse to run without their argument. */
function need(label: { text: string } | undefined): { text: string } {
  if (label === undefined) throw new Error("the constructor of the subclass ran again");
  return label;
}

class NamedLock extends Lock {
  readonly label: string;
  constructor(label: { text: string }) {
    super();
    this.label = need(label).text;
  }
}

class PrivateLock extends Lock {
  readonly #label: string;
  constructor(label: { text: string }) {
    super();
    this.#label = need(label).text;
  }
  get label(): string {
    return this.#label;
  }
}

class NamedPoint extends Point {
  readonly label: string;
  constructor(label: { text: string }) {
    super({ x: 4 });
    this.label = need(label).text;
  }
}

/** @returns a subclass of `Base` whose objects are made with `args`, then get a label */
function named(Base: new (...args: never[]) => object, args: readonly unknown[] = []): object {
  class Named extends Base {
    readonly label: string;
    constructor(label: { text: string }) {
      super(...(args as never[]));
      this.label = need(label).text;
    }
  }
  return new Named({ text: "mine" });
}

const makers: Record<string, () => object> = {
  ...Object.fromEntries(
    Object.entries(sharedClasses).map(([name, [Base, ...args]]) => [name, () => named(Base, args)]),
  ),
  Lock: () => new NamedLock({ text: "mine" }),
  "Lock with private fields": () => new PrivateLock({ text: "mine" }),
  SharedArray: () => named(SharedArray, ["i32", 4]),
  struct: () => new NamedPoint({ text: "mine" }),
};

describe("a subclass with a constructor of its own", () => {
  for (const [name, make] of Object.entries(makers)) {
    test(`${name}: travels with its fields`, async () => {
      const object = make() as { label: string };
      const thread = new Thread({ target: () => `${object.label} ${object.constructor.name}` }).start();
      assert.equal(await thread.result(), `mine ${object.constructor.name}`);
    });
  }

  test("may inherit in the old way, without the statics", () => {
    function Old(this: unknown): Lock {
      return Reflect.construct(Lock, [], Old) as Lock;
    }
    Object.setPrototypeOf(Old.prototype, Lock.prototype);
    const lock = new (Old as unknown as new () => Lock)();
    assert.ok(lock instanceof Lock && lock.tryAcquire() !== null);
  });

  test("works on the same memory there", async () => {
    const point = new NamedPoint({ text: "p" });
    const lock = new NamedLock({ text: "l" });
    const thread = new Thread({
      target: () => {
        point.x += 1;
        return lock.tryAcquire() === null;
      },
    });
    lock.acquireSync();
    assert.equal(await thread.start().result(), true);
    assert.equal(point.x, 5);
  });

  test("comes back as the same object", async () => {
    const lock = new NamedLock({ text: "l" });
    assert.equal(await new Thread({ target: () => lock }).start().result(), lock);
  });
});
