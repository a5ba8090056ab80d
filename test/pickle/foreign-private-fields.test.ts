/** Private fields on objects of other classes, and statics that change between two messages. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothWays, refuses } from "./both-ways.js";

class Returning {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: what is tested
    return object;
  }
}
class Stamper extends Returning {
  #mark = 7;
  static markOf(object: object): unknown {
    return #mark in object ? object.#mark : undefined;
  }
}
class Secret {
  #value = 1;
  static valueOf2(object: object): unknown {
    return #value in object ? object.#value : undefined;
  }
  value(): number {
    return this.#value;
  }
}
class Plain {
  name = "plain";
}
const stamped = <T extends object>(object: T): T => {
  new Stamper(object);
  return object;
};
const PROBLEM = "it has the private field #mark of a class that is not its own, which a copy would lose";

test("objects that a constructor of another class has given private fields are refused, with their path", () => {
  const cases: [value: unknown, path: string][] = [
    [{ plain: { deep: [stamped({ a: 1 })] } }, ".plain.deep[0]"],
    [[stamped(new Plain())], "[0]"],
    [[stamped([1, 2])], "[0]"],
    [{ fn: stamped(() => 1) }, ".fn"],
    [{ map: stamped(new Map([[1, () => 1]])) }, ".map"],
    [{ map: stamped(new Map()) }, ".map"],
    [{ error: stamped(new Error("x")) }, ".error"],
    [{ secret: stamped(new Secret()) }, ".secret"],
  ];
  for (const [value, path] of cases) {
    refuses({ value, Stamper }, new RegExp(`^Cannot send item\\.value${path.replace(/[.[\]]/g, "\\$&")}: ${PROBLEM}`));
  }
  refuses([() => Stamper.markOf({}), stamped({ a: 1 })], new RegExp(`^Cannot send item\\[1\\]: ${PROBLEM}`));
});

test("one of a thousand objects that was given private fields is found", () => {
  const many = Array.from({ length: 1000 }, (_, i) => ({ i }));
  const methods = Array.from({ length: 1000 }, (_, i) => ({ i, fn: Math.abs }));
  refuses({ many: [...many, stamped({ i: -1 })], Stamper }, /item\.many\[1000\]: it has the private field #mark/);
  refuses({ methods: [...methods, stamped({ fn: Math.abs })], Stamper }, /item\.methods\[1000\]: it has .*#mark/);
});

test("an object whose prototype was replaced after its class gave it private fields is refused", () => {
  const bare = Object.setPrototypeOf(new Secret(), null);
  const other = Object.setPrototypeOf(new Secret(), Plain.prototype);
  refuses([bare, Secret], /^Cannot send item\[0\]: it has the private field #value of a class that is not its own/);
  refuses([other, Secret], /^Cannot send item\[0\]: it has the private field #value.*ordinary property/);
  refuses(Object.setPrototypeOf(stamped(new Secret()), Stamper.prototype), /it has the private field #value/);
});

class Settings {
  static rate = 1;
  static names = ["a"];
  static made = 0;
  static #limit = 10;
  static late?: string;
  static raise(): void {
    Settings.#limit++;
  }
  static limit(): number {
    return Settings.#limit;
  }
}

bothWays(({ same, call }) => {
  test("objects beside a class that gives private fields away arrive, if they have none", async () => {
    const object = Object.create(Plain.prototype) as Plain;
    await same(
      (o: object, list: object[], s: Secret) => [Stamper.markOf(o), list.length, s.value()],
      object,
      [{ a: 1 }, {}],
      new Secret(),
    );
    const Base: new (object: undefined) => object = Returning as unknown as new (object: undefined) => object;
    const one = new (class extends Base {
      constructor() {
        super(undefined);
      }
      #x = 3;
      x() {
        return this.#x;
      }
    })() as { x(): number };
    await same((o: typeof one) => o.x(), one);
  });

  test("statics that are assigned to at home follow, unless the worker has assigned to them", async () => {
    const look = () => [Settings.rate, [...Settings.names], Settings.limit(), Settings.made, Settings.late ?? "none"];
    await same(look);
    Settings.rate *= 2;
    Settings.names = [...Settings.names, "b"];
    Settings.late = `late ${Settings.rate}`;
    Settings.raise();
    await same(look);
    assert.equal(await call(() => ++Settings.made), Settings.made + 1);
    Settings.made += 10;
    Settings.rate *= 2;
    const seen = await call(look);
    assert.deepEqual([seen[0], seen[3]], [Settings.rate, Settings.made - 9], "its own count is kept");
    const [Copy, rate] = await call(() => {
      Settings.rate = -1;
      return [Settings, Settings.rate] as const;
    });
    assert.equal(Copy, Settings);
    assert.deepEqual([rate, Settings.rate > 0], [-1, true]);
  });
});
