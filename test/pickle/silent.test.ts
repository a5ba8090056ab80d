/** What used to behave differently away than at home without an error: it is the same now, or refused, or told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothWays, refuses } from "./both-ways.js";
import * as hidden from "./fixtures/hidden.js";
import { Boxed, DeepBoxed, tag, tagOf, Unfindable } from "./fixtures/hidden.js";

const mark = Symbol("mark");
const prefix = "pre";
const fixed = Object.freeze({ name: "frozen" });
let moving = "first";
class Moving {
  [moving] = 1;
  name() {
    return moving;
  }
}
moving = "second";
let calls = 0;
const nextName = () => `field${calls++}`;
class Called {
  // @ts-expect-error TypeScript refuses it, JavaScript does not
  [nextName()] = 1;
  next = nextName;
}
const loose = { name: "loose" };
class Loose {
  [loose.name] = 1;
  holder() {
    return loose;
  }
}
loose.name = "changed";
class Certain {
  [mark] = 1;
  // @ts-expect-error TypeScript refuses it, JavaScript does not
  [`${prefix}fix`] = 2;
  // @ts-expect-error TypeScript refuses it, JavaScript does not
  ["a" + "b"] = 3;
  // @ts-expect-error TypeScript refuses it, JavaScript does not
  [Symbol.for("shared")] = 4;
  [Symbol.toStringTag] = "Certain";
  uses() {
    return [this[mark], prefix];
  }
}
class Frozen {
  [fixed.name] = 5;
  uses() {
    return fixed;
  }
}
const made = ["x", "y"].map(
  (name) =>
    class {
      [name] = name;
      name() {
        return name;
      }
    },
);

class SubBoxed extends Boxed {
  own = 1;
}
const own = Symbol("own");

bothWays(({ same, call }) => {
  test("state behind a symbol that its module does not export arrives, and comes back", async () => {
    const value = (b: { readonly value: unknown }): unknown => b.value;
    await same(value, new Boxed(5));
    await same(value, new DeepBoxed({ a: 1 }));
    await same(value, new SubBoxed("sub"));
    await same((o: object) => tagOf(o), tag({}, 7));
    await same((o: object) => hidden.tagOf(o), tag({}, 8));
    const back = await call((b: Boxed) => [b, new Boxed(6)] as const, new Boxed(5));
    assert.deepEqual([back[0].value, back[1].value], [5, 6]);
  });

  test("a symbol of the program's own on an object of a module's class is the program's own", async () => {
    await same(
      (b: Boxed) => [b.value, (b as unknown as Record<symbol, unknown>)[own]],
      Object.assign(new Boxed(1), { [own]: 2 }),
    );
  });

  test("computed field names that are certain are the same", async () => {
    await same(() => {
      const it = new Certain();
      return [Object.keys(it), it.uses(), String(it), (it as unknown as Record<symbol, unknown>)[Symbol.for("shared")]];
    });
    await same(() => made.map((cls) => ({ ...new cls() })));
  });
});

test("computed field names that may come out differently are refused", () => {
  refuses(
    Moving,
    /Moving|item.*computed from 'moving', which is assigned to elsewhere .*silent\.test.*Keep the name in a const/s,
  );
  refuses(Called, /the name of a field is computed when the class is made.*silent\.test.*const before the class/);
  refuses(Frozen, /computed from 'fixed\.name'/);
  refuses(Loose, /computed from 'loose\.name', which may have changed since/);
  assert.deepEqual(
    [Object.keys(new Moving()), Object.keys(new Called()), Object.keys(new Loose()), Object.keys(new Frozen())],
    [["first"], ["field0", "next"], ["loose"], ["frozen"]],
  );
});

test("an object of a module's class with a symbol that cannot be found is refused", () => {
  refuses(
    { made: new Unfindable() },
    /Cannot send item\.made\[Symbol\(unfindable\)\]: this key is a symbol .* module of Unfindable .*Export a function.*register/s,
  );
});
