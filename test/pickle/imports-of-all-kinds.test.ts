/** What belongs to the function around, imports of all kinds, CommonJS, `import.meta`. */
import assert from "node:assert/strict";
import { createRequire } from "node:module";
import path, * as paths from "node:path";
import { test } from "node:test";
import { parse } from "acorn";
import { pickleByReference, pickleByValue } from "heddle/pickle";
import { monotonic } from "heddle/time";
import { PickleError } from "#heddle/pickle/errors.js";
import { bothWays, refuses } from "./both-ways.js";
import { again, counter as countedAgain, Point as Dot, "odd name" as oddlyNamed } from "./fixtures/again.js";
import data from "./fixtures/data.json" with { type: "json" };
import legacy from "./fixtures/legacy.cjs";
import quadruple, * as library from "./fixtures/library.js";
import { PI2, Point, triple as thrice } from "./fixtures/library.js";

const require = createRequire(import.meta.url);
const shout = require("./fixtures/legacy-function.cjs") as ((text: string) => string) & { readonly volume: number };
const { volume, shout: legacyShout } = require("./fixtures/legacy.cjs") as typeof legacy;
const interop = require("./fixtures/legacy-interop.cjs") as Record<"default" | "named", (n: number) => number>;

class Base {
  name(): string {
    return "base";
  }
}
class Derived extends Base {
  override name(): string {
    return `${super.name()} and more`;
  }
  arrow(): () => string {
    return () => super.name();
  }
}

bothWays(({ same, call }) => {
  test("G41 new.target of the function around is refused, an own one works", async () => {
    function Maker(): () => unknown {
      return () => new.target;
    }
    refuses(Maker(), /captures the new\.target.*Keep it in a variable/);
    await same(function own() {
      return new.target === undefined;
    });
  });

  test("G42 super in a method or an arrow taken out of its class is refused, with its object it works", async () => {
    const literal = {
      __proto__: { hi: () => "hi" },
      greet(): string {
        return (super["hi" as never] as () => string)();
      },
    };
    refuses(Derived.prototype.name, /uses 'super', which belongs to the class.*Send the object/);
    refuses(new Derived().arrow(), /uses 'super', which belongs to|captures 'this'/);
    refuses(literal.greet, /uses 'super', which belongs to/);
    await same((d: Derived) => [d.name(), d.arrow()()], new Derived());
  });

  test("G43 imports: named, renamed, default, namespace, with an odd name", async () => {
    await same(() => thrice(PI2) + quadruple(2) + library.triple(2) + oddlyNamed(1));
    await same(quadruple, 3);
  });

  test("G43 imports: JSON, built-in, bare package, subpath of a package, #imports", async () => {
    await same(() => [data.name, data.sizes]);
    await same(() => [path.basename("/x/y.z"), paths.sep]);
    await same(() => parse("1 + 2", { ecmaVersion: 2022 }).body.length);
    await same(() => typeof monotonic());
    await same(() => new PickleError("no", "a.b").path);
    await same((error: PickleError) => [error.path, error instanceof PickleError], new PickleError("no", "a.b"));
  });

  test("G44 a binding that another module passes on", async () => {
    await same(() => [new Dot(3, 4).length, Dot === Point]);
    await same((p: Point) => p instanceof Dot && p instanceof Point, new Dot(1, 2));
    assert.equal(typeof (await call(() => again())), "number");
  });

  test("G45 a live binding: the worker's own, read when the function arrives; through a namespace it is live", async () => {
    const first = await call(() => again());
    const read = (): number[] => [countedAgain, library.counter, again(), library.counter];
    assert.deepEqual(await call(read), [first, first, first + 1, first + 1]);
    assert.equal(library.counter, 0);
  });

  test("G47 CommonJS: destructured, a module that is a function, __esModule", async () => {
    await same(() => [shout("hey"), shout.volume, volume, legacyShout("ho"), legacy.shout("x")]);
    await same(shout, "direct");
    await same(() => [interop.default(1), interop.named(1)]);
    await same(interop.named, 3);
  });

  test("G48 require that is captured", async () => {
    await same(() => (require("./fixtures/legacy.cjs") as typeof legacy).volume);
    await same(() => (require("node:path") as typeof path).basename("/a/b"));
  });

  test("G48 require, __dirname and module of a CommonJS module by value", async () => {
    const url = import.meta.resolve("./fixtures/legacy-context.cjs");
    const { context } = require("./fixtures/legacy-context.cjs") as { context: () => unknown };
    pickleByValue(url);
    try {
      await same(context);
    } finally {
      pickleByReference(url);
    }
  });

  test("G49 import.meta: url, dirname, filename, resolve", () =>
    same(() => [import.meta.url, import.meta.dirname, import.meta.filename, import.meta.resolve("./rig.js")]));

  test("G50 dynamic import: relative, by a variable, built-in", async () => {
    const which = "./fixtures/library.js";
    await same(async () => (await import("./fixtures/library.js")).PI2);
    await same(async () => ((await import(which)) as typeof library).PI2);
    await same(async () => (await import("node:path")).sep);
  });
});
