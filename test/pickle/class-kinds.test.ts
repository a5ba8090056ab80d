/** Kinds of classes and functions that are easy to get wrong: they do away what they do at home. */
import { test } from "node:test";
import { bothWays } from "./both-ways.js";
import { Vault } from "./fixtures/vault.js";

// biome-ignore lint/suspicious/noExplicitAny: TypeScript demands it of mixins
type Constructor = new (...args: any[]) => object;

class Point {
  readonly x: number;
  constructor(x = 1) {
    this.x = x;
  }
}
const Texts = <B extends Constructor>(base: B) =>
  class extends base {
    text(): string {
      return JSON.stringify(this);
    }
  };
const Counts = <B extends Constructor>(base: B) =>
  class Counting extends base {
    #n = 0;
    static #made = 0;
    inc(): number {
      return ++this.#n;
    }
    static make() {
      Counting.#made++;
      return new this();
    }
    static get made(): number {
      return Counting.#made;
    }
  };
class Mixed extends Counts(Texts(Point)) {
  y = 2;
}
const baseOf = () => Point;
class Called extends baseOf() {}

class Generators {
  z = 9;
  *[Symbol.iterator]() {
    yield* this.each();
  }
  *each() {
    yield 1;
    yield this.z;
  }
  async *later() {
    yield 2;
  }
  static *all() {
    yield 5;
  }
}
class Species extends Array<number> {
  static override get [Symbol.species]() {
    return Array;
  }
  get [Symbol.toStringTag]() {
    return "Species";
  }
}
class Json {
  v = 1;
  toJSON() {
    return { json: this.v };
  }
}
class StaticPrivate {
  static #v = 1;
  static #secret() {
    return `s${StaticPrivate.#v}`;
  }
  static get #twice() {
    return StaticPrivate.#v * 2;
  }
  static set #twice(v: number) {
    StaticPrivate.#v = v;
  }
  static run() {
    StaticPrivate.#twice = 21;
    return [StaticPrivate.#secret(), StaticPrivate.#twice, #v in StaticPrivate];
  }
}
class SubVault extends Vault {
  #y = 3;
  both() {
    return [this.content, this.label, ++this.#y];
  }
}
class Named {
  static name() {
    return "a method";
  }
  static length = 9;
}
class NamedField {
  static name = "renamed";
}
class Decorated {
  listed() {
    return 1;
  }
  gone() {
    return 2;
  }
  get fixed() {
    return 3;
  }
}
Object.defineProperty(Decorated.prototype, "listed", { enumerable: true, writable: false });
Reflect.deleteProperty(Decorated.prototype, "gone");
Object.defineProperty(Decorated.prototype, "fixed", { configurable: false });
class Frozen {
  static readonly config = Object.freeze({ a: 1 });
}
Object.freeze(Frozen);
Object.freeze(Frozen.prototype);

interface OldObject {
  n: number;
  hi(): string;
}
function Old(this: OldObject, n: number) {
  this.n = n;
}
Old.prototype.hi = function (this: OldObject) {
  return `hi ${this.n}`;
};
Old["shared"] = 3;
function Older(this: OldObject, n: number) {
  Old.call(this, n);
}
Object.setPrototypeOf(Older.prototype, Old.prototype);
Object.setPrototypeOf(Older, Old);
class Plain {}
class Adopted {}
Object.setPrototypeOf(Adopted, Point);
Object.setPrototypeOf(Adopted.prototype, Plain.prototype);

bothWays(({ same }) => {
  test("mixins with private fields and statics, and a base class that a call gave", async () => {
    const mixed = Mixed.make() as Mixed;
    mixed.inc();
    await same((m: Mixed) => [m.inc(), m.text(), m instanceof Point, Mixed.made, m.constructor.name], new Mixed());
    await same(() => [new Called(4).x, new Called() instanceof Point]);
  });

  test("generator methods, species, string tags and toJSON", async () => {
    await same((g: Generators) => [[...g], [...g.each()], [...Generators.all()]], new Generators());
    await same(async (g: Generators) => {
      const all: number[] = [];
      for await (const each of g.later()) all.push(each);
      return all;
    }, new Generators());
    const species = Species.from([1, 2]) as Species;
    await same(
      (s: Species) => [s.map((x) => x + 1) instanceof Species, s instanceof Species, String({}), `${s}`],
      species,
    );
    await same((s: Species) => Object.prototype.toString.call(s), species);
    await same((j: Json) => JSON.stringify([j, { j }]), new Json());
  });

  test("static private methods and accessors, and a subclass of an imported class", async () => {
    await same(() => [StaticPrivate.run(), StaticPrivate.run()]);
    await same((s: SubVault) => [s instanceof Vault, Vault.has(s), s.both()[0]], new SubVault("v", { gold: 1 }));
  });

  test("static members called name and length", async () => {
    await same(() => [Object.getOwnPropertyNames(Named), (Named.name as unknown as () => string)(), Named.length]);
    await same(() => [NamedField.name, Object.getOwnPropertyDescriptor(NamedField, "name")]);
  });

  test("members that were deleted or have other attributes, and a frozen prototype", async () => {
    await same((d: Decorated) => {
      const { listed, fixed } = Object.getOwnPropertyDescriptors(Decorated.prototype);
      const flags = [listed?.enumerable, listed?.writable, fixed?.configurable, fixed?.enumerable];
      return [flags, typeof d.gone, d.listed(), d.fixed];
    }, new Decorated());
    await same(() => [Object.isFrozen(Frozen), Object.isFrozen(Frozen.prototype), Frozen.config.a]);
  });

  test("functions and classes that inherit from what their text does not name", async () => {
    const make = Older as unknown as new (n: number) => OldObject;
    await same(
      (o: OldObject) => [o.hi(), o instanceof Old, o instanceof Older, Reflect.get(Older, "shared"), new make(3).hi()],
      new make(1),
    );
    await same(
      (a: object) => [a instanceof Plain, a instanceof Point, Object.getPrototypeOf(Adopted) === Point],
      new Adopted(),
    );
  });

  test("the length of a function with defaults, and of a class with private fields", async () => {
    class Sized {
      #n: number;
      constructor(a: number, b: number, { c } = { c: 1 }) {
        this.#n = a + b + c;
      }
      get n() {
        return this.#n;
      }
    }
    await same(() => [Sized.length, new Sized(1, 2).n, ((a: number, b = 1) => a + b).length]);
  });
});
