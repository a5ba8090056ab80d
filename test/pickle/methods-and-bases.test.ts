/** Methods, bound functions, constructors, classes that extend. */
import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { test } from "node:test";
import { bothWays } from "./both-ways.js";
import { Point } from "./fixtures/library.js";

const base = 40;
const key = "computed key";
const object = {
  plain(n: number): number {
    return n + base;
  },
  async *slow(): AsyncGenerator<number> {
    yield base;
  },
  async later(): Promise<number> {
    return base;
  },
  *many(): Generator<number> {
    yield base;
  },
  [key](): string {
    return key;
  },
  7(): number {
    return 7;
  },
  "string-named"(): string {
    return "named";
  },
  get size(): number {
    return base;
  },
  set size(n: number) {
    Object.defineProperty(this, "set", { value: n });
  },
};
const size = Object.getOwnPropertyDescriptor(object, "size") as { get(): number; set(n: number): void };

class Animal {
  readonly name: string;
  constructor(name: string) {
    this.name = name;
  }
  static create(name: string): Animal {
    return new Animal(`${name}${base}`);
  }
}

bothWays(({ same, call }) => {
  test("G11 method in short form", async () => {
    await same(object.plain, 2);
    await same((o: typeof object) => o.plain(1), object);
  });

  test("G12 methods: async, generator, computed, numeric and string names", async () => {
    await same(async (f: typeof object.slow) => (await f().next()).value as number, object.slow);
    await same(object.later);
    await same((f: typeof object.many) => [...f()], object.many);
    await same(object[key]);
    await same(object[7]);
    await same(object["string-named"]);
  });

  test("G13 getter and setter as functions", async () => {
    await same(size.get);
    await same((set: typeof size.set) => {
      const target: { set?: number } = {};
      set.call(target, 3);
      return target.set;
    }, size.set);
  });

  test("G14 static method", () => same((make: typeof Animal.create) => make("cat").name, Animal.create));

  test("G15 bound function, also bound twice", async () => {
    const sum = function (this: { start: number }, ...items: number[]): number {
      return items.reduce((a, b) => a + b, this.start);
    };
    const once = sum.bind({ start: 5 }, 1) as (n: number) => number;
    await same(once, 3);
    await same(once.bind(null, 2) as () => number);
    await same(([1, 2, 3] as number[]).indexOf.bind([4, 5]) as (n: number) => number, 5);
  });

  test("G16 function with properties, one of them itself", async () => {
    const tagged = Object.assign((n: number): number => n + (tagged["step"] as number), {
      step: 5,
    } as Record<string, unknown>);
    tagged["self"] = tagged;
    await same(tagged, 1);
    await same((f: typeof tagged) => [f["step"], f["self"] === f, f.name, f.length], tagged);
  });

  test("G17 constructor of the old form", async () => {
    function Counter(this: { n: number }, n: number) {
      this.n = n;
    }
    Counter.prototype.next = function (this: { n: number }): number {
      return this.n + base;
    };
    const Make = Counter as unknown as new (n: number) => { n: number; next(): number };
    await same(() => new Make(4).next());
    await same((one: { next(): number }) => one.next() + Number(one instanceof Make), new Make(1));
  });

  test("G18 class as declaration, as expression, without a name", async () => {
    class Declared {
      value = base;
    }
    const Named = class Inner {
      me(): string {
        return Inner.name;
      }
    };
    await same(() => [new Declared().value, new Named().me(), new (class {})().constructor.name]);
    await same((C: typeof Declared) => [C.name, new C().value], Declared);
  });

  test("G19 class that extends an imported one", async () => {
    class Far extends Point {
      far(): boolean {
        return this.length > 4;
      }
    }
    await same(() => [new Far(3, 4).far(), new Far(1, 1) instanceof Point]);
    assert.ok((await call((f: Far) => f, new Far(1, 2))) instanceof Far);
  });

  test("G20 class that extends Map, Array, Error, Promise, EventEmitter", async () => {
    class Registry extends Map<string, number> {
      sum(): number {
        return [...this.values()].reduce((a, b) => a + b, 0);
      }
    }
    class Stack extends Array<number> {
      top(): number | undefined {
        return this.at(-1);
      }
    }
    class Oops extends Error {
      readonly code = base;
    }
    class Later extends Promise<number> {
      plus(n: number): Promise<number> {
        return this.then((value) => value + n);
      }
    }
    class Bus extends EventEmitter {
      ring(): boolean {
        return this.emit("ring");
      }
    }
    await same((r: Registry) => r.sum() + new Registry([["b", 2]]).sum(), new Registry([["a", 1]]));
    await same((s: Stack) => [s.top(), s.length, s.map((n) => n * 2) instanceof Stack], Stack.of(1, 2) as Stack);
    await same((e: Oops) => [e.code, e.message, e instanceof Oops && e instanceof Error], new Oops("no"));
    await same(() => (Later.resolve(1) as Later).plus(2));
    await same((b: Bus) => [b.ring(), b instanceof EventEmitter], new Bus());
  });
});
