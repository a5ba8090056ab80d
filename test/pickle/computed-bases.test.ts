/** Bases that are computed, private members, constructors. */
import { test } from "node:test";
import { setLostMutationLevel } from "heddle/pickle";
import { bothWays } from "./both-ways.js";
import { Point } from "./fixtures/library.js";

const base = 40;
type Constructor = new (...args: never[]) => object;

class Safe {
  #content: unknown;
  #opened = 0;
  constructor(content: unknown) {
    this.#content = content;
  }
  #open(): unknown {
    this.#opened++;
    return this.#content;
  }
  get #label(): string {
    return `opened ${this.#opened}`;
  }
  set #label(text: string) {
    this.#content = text;
  }
  look(): unknown[] {
    return [this.#open(), this.#label];
  }
  relabel(text: string): this {
    this.#label = text;
    return this;
  }
  static is(object: object): boolean {
    return #content in object;
  }
}
class DeepSafe extends Safe {
  #content = "deep";
  both(): unknown[] {
    return [this.#content, ...this.look()];
  }
}

bothWays(({ same, call }) => {
  test("G21 mixin", async () => {
    const Named = <T extends Constructor>(Base: T) =>
      class extends (Base as Constructor) {
        named(): string {
          return `named ${base}`;
        }
      };
    const NamedPoint = Named(Point) as unknown as new (x: number, y: number) => Point & { named(): string };
    await same(() => new NamedPoint(3, 4).named() + new NamedPoint(3, 4).length);
    await same((p: { named(): string }) => p.named(), new NamedPoint(1, 2));
  });

  test("G22 class that extends null", async () => {
    const Nothing = class extends (null as unknown as typeof Object) {
      static two(): number {
        return 2;
      }
    };
    await same(() => [Object.getPrototypeOf(Nothing.prototype) === null, Nothing.two()]);
  });

  test("G23 private field", () => same((s: Safe) => s.look()[0], new Safe({ gold: 1 })));

  test("G24 private method", () => same(() => new Safe("x").look()));

  test("G25 private accessor", () => same((s: Safe) => s.relabel("new").look(), new Safe("old")));

  test("G26 static private members", async () => {
    class Counted {
      static #made = 0;
      static #count(): number {
        return Counted.#made;
      }
      static made(): number {
        return Counted.#count() + base;
      }
      static make(): Counted {
        Counted.#made++;
        return new Counted();
      }
    }
    Counted.make();
    await same(() => Counted.made());
  });

  test("G27 one private name in base and derived class", async () => {
    await same((d: DeepSafe) => d.both(), new DeepSafe("base"));
    await same(() => new DeepSafe("made there").both());
  });

  test("G28 #x in object", () => same((s: Safe) => [Safe.is(s), Safe.is({}), Safe.is(new DeepSafe(1))], new Safe(1)));

  test("G29 constructor with destructuring, defaults and rest", async () => {
    class Options {
      readonly all: unknown[];
      constructor({ a = base, b: [first = 2] = [] }: { a?: number; b?: number[] } = {}, ...rest: number[]) {
        this.all = [a, first, rest];
      }
    }
    await same(() => [new Options().all, new Options({ a: 1, b: [5] }, 6, 7).all]);
    await same((o: Options) => o.all, new Options({}, 1));
  });

  test("G30 field initialisers do not run when an object travels, and run when one is made", async () => {
    const before = setLostMutationLevel("off");
    try {
      const counter = { runs: 0 };
      class Numbered {
        readonly id = ++counter.runs;
        readonly #secret = ++counter.runs;
        both(): number[] {
          return [this.id, this.#secret];
        }
      }
      const one = new Numbered();
      await same((n: Numbered, c: typeof counter) => [n.both(), c.runs], one, counter);
      const [runs, made] = await call(() => [counter.runs, new Numbered().both()] as const);
      if (runs !== 2 || made[0] !== 3 || made[1] !== 4) throw new Error(`ran ${runs}, made ${made}`);
    } finally {
      setLostMutationLevel(before);
    }
  });
});
