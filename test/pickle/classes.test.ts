/** Classes that are hard to rebuild: constructors that insist on arguments, frozen classes, prototypes without a constructor. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Queue } from "heddle/queue";
import { Value } from "heddle/shared";
import { Thread } from "heddle/threading";
import { bothWays } from "./both-ways.js";

const effects: string[] = [];

class Pattern {
  #values: number[] = [1];
  constructor([x]: [number], { y = effects.push("default"), ...rest }: { y?: number } = {}, ...[q]: number[]) {
    this.#values.push(x, y, q ?? 0, Object.keys(rest).length);
  }
  get values(): number[] {
    return this.#values;
  }
}
class Derived extends Pattern {
  #label = "";
  constructor({ label }: { label: string }) {
    super([label.trim().length], { y: 2 }, ...[3]);
    effects.push("Derived");
    this.#label = label;
  }
  get label(): string {
    return this.#label;
  }
}
class Strict {
  #a: number;
  constructor(
    a: number = (() => {
      throw new Error("a is required");
    })(),
  ) {
    this.#a = a;
  }
  get a(): number {
    return this.#a;
  }
}

class Inner {
  #n = 1;
  get n(): number {
    return this.#n;
  }
}
class Harmless {
  #inner = new Inner();
  #random = Math.random();
  #later = Promise.resolve(1);
  readonly list = new Set([1, 2].map((n) => n * 2));
  get seen(): unknown[] {
    return [this.#inner.n, this.#random, this.#later instanceof Promise, this.list];
  }
  settle(): this {
    this.#later = undefined as never;
    return this;
  }
}
class Effective {
  #id = effects.push("initialiser");
  get id(): number {
    return this.#id;
  }
}

class Base {
  #p = 1;
  get p(): number {
    return this.#p;
  }
}
class Frozen extends Base {
  #q = 2;
  bump(): number {
    return ++this.#q;
  }
}
Object.freeze(Frozen);
class Fixed {
  #n = 0;
  w = 1;
  constructor() {
    Object.freeze(this);
  }
  bump(): number {
    return ++this.#n;
  }
}

interface OldObject {
  readonly n: number;
  hello(): string;
}
const Old = function Old(this: { n: number }, n: number) {
  this.n = n;
} as unknown as new (
  n: number,
) => OldObject;
Old.prototype = {
  hello(this: OldObject): string {
    return `old ${this.n}`;
  },
};

const name = "replaced";
class Replaced {
  [name](): number {
    return 1;
  }
  other(): number {
    return 3;
  }
}
Replaced.prototype[name] = () => 2;

bothWays(({ call }) => {
  test("constructors with patterns, defaults and rests: objects arrive and come home, nothing of the user's runs", async () => {
    const made = [new Pattern([4], {}, 7), new Derived({ label: " ab " })] as const;
    const count = effects.length;
    const [a, b, seen] = await call(
      (p: Pattern, d: Derived) => [p, d, [p.values, d.values, d.label]] as const,
      ...made,
    );
    const expected = [made[0].values, made[1].values, " ab "];
    assert.deepEqual(seen, expected);
    assert.deepEqual([a.values, b.values, b.label], expected);
    assert.ok(a instanceof Pattern && b instanceof Derived);
    assert.equal(effects.length, count);
  });

  test("a constructor that throws without arguments", async () => {
    const back = await call((s: Strict) => s, new Strict(5));
    assert.equal(back.a, 5);
  });

  test("field initialisers without effect run when an object comes home", async () => {
    const back = await call((h: Harmless) => h, new Harmless().settle());
    assert.deepEqual([back.seen[0], back.seen[2], back.list], [1, false, new Set([2, 4])]);
  });

  test("a field initialiser that may have an effect is not run: refused with the remedy", async () => {
    const object = new Effective();
    const count = effects.length;
    assert.equal(await call((o: Effective) => o.id, object), object.id);
    const back = call((o: Effective) => o, object);
    await assert.rejects(back, /object of class Effective: .* that of #id may have an effect. Register the class/);
    assert.equal(effects.length, count);
  });

  test("objects of a frozen derived class, and frozen and sealed objects", async () => {
    for (let i = 0; i < 2; i++) {
      const [back, ...seen] = await call(
        (f: Frozen) => [f, f.p, f.bump(), Object.isFrozen(Frozen)] as const,
        new Frozen(),
      );
      assert.deepEqual([...seen, back.bump()], [1, 3, true, 4]);
    }
    const fixed = await call((f: Fixed) => [f, f.bump()] as const, new Fixed());
    assert.deepEqual([fixed[0].bump(), fixed[0].w, Object.isFrozen(fixed[0])], [2, 1, true]);
    const sealed = await call((o: unknown) => o as Base, Object.seal(new Base()));
    assert.deepEqual([sealed.p, Object.isSealed(sealed)], [1, true]);
  });

  test("an object whose constructor's prototype does not name it", async () => {
    const old = new Old(3);
    const there = (o: OldObject): unknown[] => [o instanceof Old, o.hello(), new Old(1) instanceof Old];
    assert.deepEqual(await call(there, old), there(old));
    assert.equal(await call((o: OldObject) => o.hello(), old), "old 3");
    assert.deepEqual(await call(there, old), there(old));
    const back = await call((o: OldObject) => o, old);
    assert.ok(back instanceof Old);
    assert.equal(Object.getPrototypeOf(back), Old.prototype);
  });

  test("an object that others inherit from arrives as it is when it is sent, and comes home as itself", async () => {
    const behind = { level: 1 };
    const heir: { level: number } = Object.create(behind);
    assert.equal(await call((o: { level: number }) => o.level, heir), 1);
    behind.level = 2;
    assert.equal(await call((o: { level: number }) => o.level, heir), 2);
    assert.equal(Object.getPrototypeOf(await call((o: object) => o, heir)), behind);
  });

  test("a method with a computed name that was replaced leaves no other key", async () => {
    const seen = (): unknown => [Reflect.ownKeys(Replaced.prototype).sort(), new Replaced()[name]()];
    assert.deepEqual(await call(seen), seen());
    const back = await call(() => Replaced);
    assert.deepEqual(
      await call(() => Reflect.ownKeys(back.prototype).sort()),
      [...Reflect.ownKeys(Replaced.prototype)].sort(),
    );
  });
});

class Hits extends Value<"i32"> {
  note = "";
  #own = 0;
  hit(): number {
    this.note += "x";
    this.add(1);
    return ++this.#own;
  }
  get own(): number {
    return this.#own;
  }
}
class Labelled extends Queue<number> {
  #label = "q";
  rename(label: string): this {
    this.#label = label;
    return this;
  }
  get label(): string {
    return this.#label;
  }
}

test("subclasses of shared classes: the object itself comes home, with the fields that the thread gave it", async () => {
  const hits = new Hits("i32", 0);
  const run = (h: Hits): Hits => {
    h.hit();
    return h;
  };
  for (const times of [1, 2]) {
    const back = await new Thread({ target: run, args: [hits] }).start().result();
    assert.equal(back, hits);
    assert.deepEqual([hits.value, hits.own, hits.note], [times, times, "x".repeat(times)]);
  }
  const queue = new Labelled();
  const named = await new Thread({ target: (q: Labelled) => q.rename("r"), args: [queue] }).start().result();
  assert.ok(named === queue && queue.label === "r");
});
