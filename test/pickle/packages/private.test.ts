/** What an installed package keeps to itself: its classes and functions go by reference to the variable that holds them. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothWays } from "../both-ways.js";
import { written } from "./written.js";

interface Clock {
  readonly time: number;
  tick(): Clock;
}
interface Library {
  readonly clock: (time: number) => Clock;
  readonly isClock: (value: unknown) => boolean;
  readonly zone: (name: string) => { readonly name: string };
  readonly shout: { readonly loud: (text: string) => string };
  readonly compile: (text: string) => (name: string) => string;
  readonly table: { readonly rules: { readonly least: { readonly test: (n: number) => boolean } } };
  readonly later: () => () => number;
}

/** Everything is in one scope, which is that of the module, or of a function that is called once. */
const BODY = `let count = 0, last;
const seen = new WeakSet(), zones = new Map();
class Clock {
  constructor(time) { count++; last = this; seen.add(this); this.time = time; }
  tick() { return new Clock(this.time + 1); }
}
function Zone(name) { count++; this.name = name; }
Zone.prototype.describe = function () { return this.name + zones.size; };
function loud(text) { last = text; return text.toUpperCase(); }
const inner = { rules: { least: { test(n) { count++; return seen.has(inner) === false && n > 1; } } } };
const table = Object.create({ kept: inner });
table.rules = inner.rules;
const late = {};
function later() { late.made ??= function () { return 4; }; return late.made; }
function compile(text) {
  let parts;
  return (name) => { if (!parts) { parts = text.split("*"); seen.add(parts); } return parts.join(loud(name)); };
}
const library = {
  clock: (time) => new Clock(time), isClock: (value) => value instanceof Clock,
  zone: (name) => { let zone = zones.get(name); if (!zone) zones.set(name, (zone = new Zone(name))); return zone; },
  shout: { loud }, compile, table, later,
};`;

const files = {
  "node_modules/esm/package.json": '{ "name": "esm", "type": "module", "exports": "./index.js" }',
  "node_modules/esm/index.js": `${BODY}\nexport const { clock, isClock, zone, shout } = library;\nexport { compile, later, table };`,
  "node_modules/common/index.js": `${BODY}\nmodule.exports = library;`,
  "node_modules/universal/index.js": `(function (global, factory) { module.exports = factory(); })(this, function () {\n${BODY}\nreturn library; });`,
  "node_modules/made/package.json": '{ "name": "made", "type": "module", "exports": "./index.js" }',
  "node_modules/made/make.js":
    "export const make = (by) => { class Made { constructor(n) { this.n = n * by; } } return Made; };",
  "node_modules/made/classes.js": 'import { make } from "./make.js";\nexport const Twice = make(2), Thrice = make(3);',
  "node_modules/made/index.js":
    'export * from "./classes.js";\nexport * as all from "./classes.js";\nexport { make } from "./make.js";',
};
const { require, load } = written(files);
const libraries: Record<string, Library> = {
  "an ES module": await load<Library>("node_modules/esm/index.js"),
  "a CommonJS module": require("common") as Library,
  "a module that works everywhere": require("universal") as Library,
};

for (const [kind, library] of Object.entries(libraries)) {
  bothWays(({ call }) => {
    test(`${kind}: objects of a class that assigns to variables of its module`, async () => {
      const { isClock, clock } = library;
      const here = clock(1);
      assert.deepEqual(await call(() => [here.tick().time, isClock(here), isClock(here.tick())]), [2, true, true]);
      assert.equal(await call((each: Clock) => isClock(each), here), true);
      const back = await call((time: number) => clock(time), 7);
      assert.ok(isClock(back) && back.time === 7 && back.constructor === here.constructor);
    });

    test(`${kind}: objects of a function that is used as a class`, async () => {
      const { zone } = library;
      const here = zone("UTC");
      assert.equal(await call((each: object) => each.constructor === zone("Z").constructor, here), true);
      const back = await call((name: string) => zone(name), "UTC");
      assert.equal(back.constructor, here.constructor);
      assert.equal(Object.getPrototypeOf(back), Object.getPrototypeOf(here));
    });

    test(`${kind}: a function that assigns to a variable of its module`, async () => {
      const { loud } = library.shout;
      assert.equal(await call(() => loud("hey")), "HEY");
    });

    test(`${kind}: functions in tables, and one that is put into a table later`, async () => {
      const { least } = library.table.rules;
      const made = library.later();
      assert.deepEqual(await call(() => [least.test(2), made()]), [true, 4]);
      assert.equal(await call((rule: typeof least) => rule.test, least), least.test);
    });

    test(`${kind}: a closure that remembers its first result, and uses the module's own state`, async () => {
      const greet = library.compile("Hello *!");
      assert.equal(await call((name: string) => greet(name) + greet(name), "Ada"), "Hello ADA!Hello ADA!");
    });
  });
}

const made = (await load("node_modules/made/index.js")) as {
  readonly Twice: new (n: number) => { readonly n: number };
  readonly all: { readonly Thrice: new (n: number) => { readonly n: number } };
  readonly make: unknown;
};

bothWays(({ call }) => {
  test("a class that one module makes and another exports", async () => {
    const { Twice } = made;
    const { Thrice } = made.all;
    const twice = new Twice(1);
    assert.ok((await call(() => twice)) instanceof Twice);
    assert.ok((await call((n: number) => new Thrice(n), 1)) instanceof Thrice);
  });
});
