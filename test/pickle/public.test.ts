/** heddle/pickle as its users see it: the names, `register`, by value or by reference, lost mutations. */
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as pickle from "heddle/pickle";
import {
  dumps,
  loads,
  PickleError,
  pickleByReference,
  pickleByValue,
  register,
  setLostMutationLevel,
} from "heddle/pickle";
import { count } from "./fixtures/library.js";
import { Away } from "./rig.js";

class Money {
  static readonly zero = new Money(0, "EUR");
  readonly #cents: number;
  readonly formatter: Intl.NumberFormat;
  readonly currency: string;

  constructor(cents: number, currency: string) {
    this.#cents = cents;
    this.currency = currency;
    this.formatter = new Intl.NumberFormat("en", { style: "currency", currency });
  }
  get cents(): number {
    return this.#cents;
  }
  plus(other: Money): Money {
    return twin(this, this.#cents + other.#cents);
  }
  toString(): string {
    return this.formatter.format(this.#cents / 100);
  }
}
class Tip extends Money {
  thanks(): string {
    return `thanks for ${this}`;
  }
}
// Leads back to the class: a cycle through the variables of its method.
const twin = (money: Money, cents: number): Money => new Money(cents, money.currency);
register(Money, {
  reduce: (money: Money) => [money.cents, money.currency] as const,
  revive: ([cents, currency], cls) => Reflect.construct(cls, [cents, currency]) as Money,
});

test("heddle/pickle: exports what it promises and nothing else", () => {
  assert.deepEqual(Object.keys(pickle).sort(), [
    "HeddleError",
    "PickleError",
    "dumps",
    "loads",
    "loadsAsync",
    "pickleByReference",
    "pickleByValue",
    "register",
    "setLostMutationLevel",
  ]);
});

for (const to of ["thread", "process"] as const) {
  describe(`register, and a ${to}`, () => {
    let away: Away;
    before(() => {
      away = new Away(to);
    });
    after(() => away[Symbol.asyncDispose]());

    test("an object is revived there and its copy here", async () => {
      const price = new Money(250, "EUR");
      assert.equal(await away.call((m: Money) => String(m), [price]), "€2.50");
      const sum = await away.call((m: Money) => m.plus(m), [price]);
      assert.ok(sum instanceof Money);
      assert.equal(String(sum), "€5.00");
    });

    test("a class that was sent alone is registered there", async () => {
      class Local {
        readonly hidden = new Intl.Collator("en");
        readonly n: number;
        constructor(n: number) {
          this.n = n;
        }
      }
      register(Local, { reduce: (local: Local) => local.n, revive: (n: number) => new Local(n) });
      const made = await away.call(() => new Local(4));
      assert.ok(made instanceof Local);
      assert.equal(made.n, 4);
    });

    test("a subclass is revived as what it is; statics and captured objects, too", async () => {
      assert.equal(await away.call((t: Tip) => t.thanks(), [new Tip(100, "EUR")]), "thanks for €1.00");
      assert.ok((await away.call((t: Tip) => t, [new Tip(100, "EUR")])) instanceof Tip);
      assert.equal(await away.call(() => Money.zero.cents), 0);
    });
  });
}

test("register: dumps and loads use the hooks", () => {
  assert.equal(String(loads<Money>(dumps(new Money(199, "USD")))), "$1.99");
});

test("register: what a hook gives is refused by its path; a hook that throws is heard", () => {
  class Bad {}
  register(Bad, { reduce: () => ({ socket: Promise.resolve() }), revive: () => new Bad() });
  assert.throws(
    () => dumps({ user: new Bad() }),
    (error) => error instanceof PickleError && error.path === "value.user → reduce().socket",
  );
  class Knot {}
  register(Knot, { reduce: (knot: Knot) => [knot], revive: () => new Knot() });
  assert.throws(() => dumps(new Knot()), /what its class reduces it to leads back to the object itself/);
  class Throws {}
  register(Throws, {
    reduce: () => {
      throw new RangeError("no");
    },
    revive: () => new Throws(),
  });
  assert.throws(() => dumps(new Throws()), /^RangeError: no/);
});

test("register: wrong arguments", () => {
  const call = register as (cls: unknown, hooks: unknown) => void;
  assert.throws(() => call({}, {}), /^TypeError: register: cls must be a class, got an object of class Object/);
  assert.throws(() => call(() => 1, {}), /register: cls must be a class/);
  assert.throws(() => call(Money, undefined), /register: hooks must be an object, got undefined/);
  assert.throws(() => call(Money, { reduce: 1 }), /^TypeError: register: reduce must be a function, got 1/);
  assert.throws(() => call(Money, { reduce: () => 1 }), /register: revive must be a function, got undefined/);
});

describe("pickleByValue, pickleByReference", () => {
  test("a module by value: its variables are copied, not those of the worker's own module", async () => {
    const away = new Away("thread");
    const library = import.meta.resolve("./fixtures/library.js");
    try {
      assert.equal(await away.call(() => count()), 1);
      pickleByValue(library);
      await assert.rejects(away.call(count), /assigns to the captured variable 'counter'/);
      pickleByReference(library);
      assert.equal(await away.call(count), 2);
    } finally {
      pickleByReference(library);
      await away[Symbol.asyncDispose]();
    }
  });

  test("what is no URL is refused", () => {
    assert.throws(() => pickleByValue("./library.js"), /^TypeError: pickleByValue: url must be the URL of a module/);
    assert.throws(() => pickleByReference(1 as never), /^TypeError: pickleByReference: url must be .*got 1/);
  });
});

describe("setLostMutationLevel", () => {
  const results: number[] = [];
  /** @returns the warnings that sending a function, made at a place of its own, causes */
  async function warningsOf(fn: () => unknown): Promise<number> {
    let seen = 0;
    const listener = (warning: Error & { code?: string }): void => {
      if (warning.code === "HEDDLE_LOST_MUTATION") seen++;
    };
    process.on("warning", listener);
    dumps(fn);
    await new Promise((resolve) => process.nextTick(resolve));
    process.off("warning", listener);
    return seen;
  }

  test("off says nothing, warn warns, error refuses; it returns the level before", async () => {
    assert.equal(setLostMutationLevel("off"), "warn");
    try {
      const fn = (): number => results.push(1);
      assert.equal(await warningsOf(fn), 0);
      assert.equal(setLostMutationLevel("warn"), "off");
      assert.equal(await warningsOf(fn), 1);
      setLostMutationLevel("error");
      assert.throws(
        () => dumps({ job: fn }),
        (error) =>
          error instanceof PickleError &&
          error.path === "value.job" &&
          /^Cannot send value\.job: it changes 'results' \(.*public\.test\.\w+:\d+:\d+\), but works on a copy.*Return the result/.test(
            error.message,
          ),
      );
    } finally {
      setLostMutationLevel("warn");
    }
  });

  test("an unknown level is refused", () => {
    assert.throws(() => setLostMutationLevel("loud" as never), /^RangeError: .*"off", "warn" or "error", got "loud"/);
  });
});
