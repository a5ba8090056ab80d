import assert from "node:assert/strict";
import { EventEmitter } from "node:events";
import { readFileSync } from "node:fs";
import path, * as paths from "node:path";
import { after, before, describe, test } from "node:test";
import { runInThisContext } from "node:vm";
import legacy from "./fixtures/legacy.cjs";
import quadruple, * as library from "./fixtures/library.js";
import { count, inner, PI2, Point, settings, triple as thrice } from "./fixtures/library.js";
import { Away } from "./rig.js";

const base = 40;
const config = { limits: { low: 1, high: 9 }, names: ["a", "b"] };
const even = (n: number): boolean => n === 0 || odd(n - 1);
const odd = (n: number): boolean => n !== 0 && even(n - 1);
function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}

class Animal {
  static kingdom = "animalia";
  name: string;
  legs = 4;
  constructor(name: string) {
    this.name = name;
  }
  speak(): string {
    return `${this.name} makes a noise`;
  }
  static create(name: string): Animal {
    return new Animal(name);
  }
}
class Dog extends Animal {
  override speak(): string {
    return `${super.speak()}: woof, ${base}`;
  }
  get loud(): string {
    return this.speak().toUpperCase();
  }
}
class Stack extends Array<number> {
  top(): number | undefined {
    return this.at(-1);
  }
}
class Bus extends EventEmitter {
  ring(): string[] {
    const heard: string[] = [];
    this.on("ring", (who: string) => heard.push(who));
    this.emit("ring", "bell");
    return heard;
  }
}
class FarPoint extends Point {
  far(): boolean {
    return this.length > 4;
  }
}

for (const to of ["thread", "process"] as const) {
  describe(`functions sent to a ${to}`, () => {
    let away: Away;
    before(() => {
      away = new Away(to);
    });
    after(() => away[Symbol.asyncDispose]());

    /** The function does away what it does at home. */
    async function same<A extends unknown[]>(fn: (...args: A) => unknown, ...args: A): Promise<void> {
      const there = await away.call(fn, args);
      assert.deepEqual(there, await fn(...args));
    }

    test("arrow functions with an expression or a block", async () => {
      await same((a: number, b: number = 2, ...rest: number[]): number => a + b + rest.length, 1 as number);
      await same(() => {
        const { low, ...others } = config.limits;
        return [low, others, base];
      });
    });

    test("async functions, generators and async generators", async () => {
      const step = 3;
      await same(async () => {
        await null;
        return step;
      });
      function* upTo(n: number): Generator<number> {
        for (let i = 0; i < n; i += step) yield i;
      }
      async function* slowly(): AsyncGenerator<number> {
        yield* upTo(10);
      }
      await same(() => [...upTo(9)]);
      await same(async () => {
        const seen: number[] = [];
        for await (const n of slowly()) seen.push(n);
        return seen;
      });
    });

    test("recursion by declaration and by the name of an expression", async () => {
      await same(factorial, 10);
      await same(function fib(n: number): number {
        return n < 2 ? n : fib(n - 1) + fib(n - 2);
      }, 12);
    });

    test("mutual recursion, through functions and through a bound one", async () => {
      await same(even, 10);
      const ping = (n: number): string => (n === 0 ? "done" : pong(n - 1));
      const pong = function (this: { mark: string }, n: number): string {
        return `${this.mark}${ping(n)}`;
      }.bind({ mark: "." });
      await same(ping, 3);
    });

    test("methods, static methods, getters and setters taken out of their object", async () => {
      const object = {
        double(n: number): number {
          return n * 2;
        },
        async later(n: number): Promise<number> {
          return n + base;
        },
        *many(): Generator<number> {
          yield base;
        },
        [`odd ${"name"}`](): string {
          return "odd";
        },
        "a-b"(): string {
          return "string-named";
        },
        7(): number {
          return 7;
        },
        get size(): number {
          return base;
        },
      };
      await same(object.double, 4);
      await same(object.later, 4);
      await same(() => [...object.many()]);
      await same(object["odd name"] as () => string);
      await same(object["a-b"]);
      await same(object[7]);
      await same(Object.getOwnPropertyDescriptor(object, "size")?.get as () => number);
      await same(Animal.create, "cat");
    });

    test("bound functions, also bound twice", async () => {
      const sum = function (this: { start: number }, ...items: number[]): number {
        return items.reduce((a, b) => a + b, this.start);
      };
      await same(sum.bind({ start: 5 }, 1).bind(null, 2) as unknown as (n: number) => number, 3);
    });

    test("names, own properties and a property that is the function itself", async () => {
      const tagged = Object.assign((n: number): number => n + (tagged.step as number), {
        step: 5,
        self: undefined as unknown,
      });
      tagged.self = tagged;
      await same(tagged, 1);
      const named = (): void => {};
      assert.equal(await away.call((f: typeof named) => f.name, [named]), "named");
      assert.deepEqual(await away.call((f: typeof tagged) => [f.step, f.length, f.self === f], [tagged]), [5, 1, true]);
    });

    test("functions of the old form used as constructors", async () => {
      function Counter(this: { n: number }, n: number) {
        this.n = n;
      }
      Counter.prototype.next = function (this: { n: number }): number {
        return this.n + 1;
      };
      const make = Counter as unknown as new (n: number) => { next(): number };
      await same(() => new make(4).next());
      const one = new make(1);
      assert.equal(await away.call((c: typeof one) => c.next() + (c instanceof make ? 10 : 0), [one]), 12);
    });

    test("arguments taken from the function around an arrow", async () => {
      const outer = function (..._: number[]): () => number[] {
        // biome-ignore lint/complexity/noArguments: the test is about it
        return () => [...(arguments as unknown as number[])];
      };
      await same(outer(1, 2, 3));
    });

    test("loop variables, catch variables, shadowing and destructuring", async () => {
      const made: (() => number)[] = [];
      for (let i = 0; i < 3; i++) made.push(() => i);
      await same(() => made.map((f) => f()));
      try {
        throw new Error("caught");
      } catch (error) {
        await same(() => (error as Error).message);
      }
      const [first, { deep = 9 }] = [1, {} as { deep?: number }];
      const base = "shadow";
      await same(() => [first, deep, base, ((base: number) => base)(1)]);
    });

    test("imports: named, renamed, default, namespace, built-in, CommonJS", async () => {
      await same(() => thrice(PI2) + settings.level);
      await same(quadruple, 3);
      await same(() => quadruple(library.triple(2)));
      await same(() => [path.basename("/x/y.z"), paths.sep, typeof readFileSync]);
      await same(() => legacy.shout("hey") + legacy.volume);
      await same(legacy.shout, "hey");
      await same(Math.max, 1, 2);
      await same(path.basename as (p: string) => string, "/x/y.z");
      await same(inner.hidden, 4);
    });

    test("a module that is loaded by reference keeps its state in the worker", async () => {
      const first = await away.call(() => count());
      assert.equal(await away.call(() => count()), (first as number) + 1);
      assert.equal(await away.call(() => library.counter), (first as number) + 1);
    });

    test("import.meta, dynamic import", async () => {
      await same(() => [import.meta.url, import.meta.resolve("./rig.js")]);
      await same(async () => (await import("./fixtures/library.js")).PI2);
    });

    test("classes: fields, statics, inheritance, super, getters", async () => {
      await same(() => [new Dog("rex").loud, Dog.kingdom, Animal.create("x").legs, new Dog("a") instanceof Animal]);
      await same(() => {
        class Local extends Dog {}
        return new Local("in").speak();
      });
      const Anonymous = class {
        value = base;
      };
      await same(() => new Anonymous().value + Anonymous.name.length);
    });

    test("classes that extend built-in, imported and Node's classes", async () => {
      await same(() => Stack.from([1, 2]).concat(3).length);
      await same(() => new Bus().ring());
      await same(() => [new FarPoint(3, 4).far(), new FarPoint(3, 4) instanceof Point]);
    });

    test("statics are those of the live class and static code does not run again", async () => {
      let runs = 0;
      class Registry {
        size = 0;
        static items: string[] = [];
        static self = new Registry();
        static {
          runs++;
          (globalThis as { staticRuns?: number }).staticRuns = runs;
        }
      }
      delete (globalThis as { staticRuns?: number }).staticRuns;
      Registry.items.push("added");
      const seen = await away.call(() => [
        Registry.items,
        Registry.self instanceof Registry,
        "staticRuns" in globalThis,
      ]);
      assert.deepEqual(seen, [["added"], true, false]);
    });

    test("a class and its subclass that refer to each other", async () => {
      class Shape {
        color = "red";
        static square(n: number): Shape {
          return new Square(n);
        }
      }
      class Square extends Shape {
        side: number;
        constructor(side: number) {
          super();
          this.side = side;
        }
      }
      await same(() => (Shape.square(3) as Square).side);
      assert.equal(await away.call((s: Shape) => s instanceof Square && s instanceof Shape, [Shape.square(2)]), true);
    });

    test("members added to a class later, computed names and extends null", async () => {
      class Patched {
        a(): string {
          return "a";
        }
        [`b${base}`](): string {
          return "b";
        }
        get [Symbol.toStringTag](): string {
          return "tagged";
        }
      }
      Object.assign(Patched.prototype, { extra: () => "extra" });
      await same(() => {
        const p = new Patched() as Patched & Record<string, () => string>;
        return [p.a(), p["b40"]?.(), p["extra"]?.(), String(p)];
      });
      const Nothing = class extends (null as unknown as typeof Object) {};
      await same(() => Object.getPrototypeOf(Nothing.prototype) === null);
    });

    test("mixins: a base class that was computed", async () => {
      const Named = <T extends new (...args: never[]) => object>(Base: T) =>
        class extends (Base as new (...args: never[]) => object) {
          named(): string {
            return `named ${base}`;
          }
        };
      const NamedPoint = Named(Point) as unknown as new (x: number, y: number) => Point & { named(): string };
      await same(() => new NamedPoint(3, 4).named() + new NamedPoint(3, 4).length);
    });

    test("a function sent on from the worker comes back as the original", async () => {
      const f = (): number => base;
      assert.equal(await away.call((g: unknown) => g, [f]), f);
      assert.equal(await away.call((g: unknown) => g, [Dog]), Dog);
      assert.equal(await away.call((g: unknown) => g, [thrice]), thrice);
    });

    test("a function made in the worker comes home with what it captured there", async () => {
      const make =
        (n: number): (() => number) =>
        () =>
          n + base;
      const made = await away.call(make, [2]);
      assert.equal(made(), 42);
      const again = await away.call((f: () => number) => f() + 1, [made]);
      assert.equal(again, 43);
    });

    test("functions of vm scripts and of new Function, functions without variables", async () => {
      await same(new Function("a", "return a + 1") as (a: number) => number, 2);
      await same(runInThisContext("(a) => a * 2") as (a: number) => number, 2);
    });

    test("stacks show the user's file and line", async () => {
      const thrower = (): never => {
        throw new Error("here");
      };
      // The compiled file, or the source where Node runs with source maps.
      const line = /functions\.test\.[jt]s:(\d+):(\d+)/;
      const home = line.exec((await assertThrows(() => thrower())).stack ?? "");
      const there = line.exec((await assertThrows(() => away.call(thrower))).stack ?? "");
      assert.ok(home !== null);
      assert.deepEqual(there?.slice(1), home.slice(1));
    });
  });
}

async function assertThrows(body: () => unknown): Promise<Error> {
  try {
    await body();
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not throw");
}
