/** What used to behave differently away than at home without an error: it is the same now, or refused, or told. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, THREAD } from "#heddle/pickle/pickle.js";
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

const roll = () => Math.random();
const original = Math.random;

/** @returns the codes and messages of the warnings that `body` causes */
async function warningsOf(body: () => Promise<unknown> | unknown): Promise<string[]> {
  const seen: string[] = [];
  const listen = (warning: Error & { code?: string }): void => void seen.push(`${warning.code}: ${warning.message}`);
  process.on("warning", listen);
  await body();
  await new Promise(setImmediate);
  process.off("warning", listen);
  return seen.filter((each) => each.startsWith("HEDDLE_CHANGED_GLOBAL"));
}

test("a function that uses what the program has replaced on a built-in is told of, once", async () => {
  const send = (value: unknown): unknown => pack(value, { to: THREAD, name: "item" });
  assert.deepEqual(await warningsOf(() => send(roll)), []);
  Math.random = () => 4;
  Object.defineProperty(Array.prototype, "heddleLast", { value: () => 1, configurable: true });
  const log = console.log;
  console.log = () => {};
  const RealDate = Date;
  globalThis.Date = class extends RealDate {} as unknown as DateConstructor;
  try {
    const text = await warningsOf(() => {
      send(roll);
      send(roll);
      send(() => console.log(new Date()));
      send((list: { heddleLast(): number }) => list.heddleLast());
      // biome-ignore lint/suspicious/noShadowRestrictedNames: what is tested
      const Math = { random: () => 5 };
      send(() => Math.random());
      send(() => [1].map(String));
    });
    assert.equal(text.length, 4, text.join("\n"));
    assert.match(
      text[0] ?? "",
      /may use Math\.random .*told-or-refused\.test.*which this program has replaced: a worker has its own\. Capture/,
    );
    assert.match(text.join("\n"), /may use Date .*may use console\.log .*may use Array\.prototype\.heddleLast /s);
  } finally {
    Math.random = original;
    console.log = log;
    globalThis.Date = RealDate;
    Reflect.deleteProperty(Array.prototype, "heddleLast");
  }
});

bothWays(({ same, call }) => {
  test("a replacement of a built-in that a variable holds travels by value", async () => {
    const random = () => 0.5;
    Math.random = random;
    try {
      assert.equal(await call(() => random()), 0.5);
      assert.equal(await call((fn: () => number) => fn(), Math.random), 0.5);
    } finally {
      Math.random = original;
    }
  });

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
    /Moving|item.*computed from 'moving', which is assigned to elsewhere .*told-or-refused\.test.*Keep the name in a const/s,
  );
  refuses(
    Called,
    /the name of a field is computed when the class is made.*told-or-refused\.test.*const before the class/,
  );
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

interface Link {
  readonly before: Link | undefined;
}

bothWays(({ same }) => {
  test("a list of 100,000 links that is reached from both ends", async () => {
    const list: Link[] = [];
    for (let i = 0; i < 100_000; i++) list.push({ before: list.at(-1) });
    const fn = () => "called";
    const count = ({ a, b }: { a: { last: Link | undefined }; b: { list: Link[]; fn(): string } }) => {
      let length = 0;
      for (let link = a.last; link !== undefined; link = link.before) length++;
      return [length, b.list.at(-1) === a.last, b.list[5]?.before === b.list[4], b.fn()];
    };
    await same(count as never, { a: { fn, last: list.at(-1) }, b: { fn, list } } as never);
  });

  test("no getter of an array's item runs on the way", async () => {
    let ran = 0;
    const key = { get: () => `got ${typeof process}`, enumerable: true, configurable: true };
    const first = Object.defineProperty([1, 2], 0, key);
    const objects = Object.defineProperty(
      Array.from({ length: 200 }, () => ({})),
      150,
      key,
    );
    const counting = Object.defineProperty([1, 2], 1, { get: () => ++ran, enumerable: true, configurable: true });
    const kind = (list: unknown[], at: number) => [typeof Object.getOwnPropertyDescriptor(list, at)?.get, list[at]];
    await same(kind, first, 0);
    await same(kind, objects, 150);
    assert.throws(() => pack(counting, { to: THREAD, name: "item" }), /assigns to the captured variable 'ran'/);
    assert.equal(ran, 0);
  });
});
