/** A snapshot is always what packing would give now; and where nothing can have changed, it is the one that was given before. */
import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, afterEach, describe, test } from "node:test";
import { serialize } from "node:v8";
import { runInThisContext } from "node:vm";
import { register, setLostMutationLevel } from "heddle/pickle";
import { Lock } from "heddle/threading";
import { FunctionSnapshots } from "#heddle/pickle/function-snapshots.js";
import { type Packed, pack, settled, THREAD } from "#heddle/pickle/pickle.js";
import { triple } from "./fixtures/library.js";

// biome-ignore lint/complexity/noBannedTypes: any function
type AnyFunction = Function;

const packed = (fn: AnyFunction): Packed => settled(pack(fn, { to: THREAD, name: "fn" }));

let snapshots = new FunctionSnapshots(THREAD);
afterEach(() => {
  snapshots = new FunctionSnapshots(THREAD);
});

const isSame = (one: Packed, other: Packed): boolean => serialize(one.body).equals(serialize(other.body));

/** @returns the snapshot, which is what packing gives */
function taken(fn: AnyFunction): Packed {
  const snapshot = snapshots.take(fn, "fn");
  assert.ok(isSame(snapshot, packed(fn)), `${fn} would be packed another way`);
  return snapshot;
}

/** Takes it often enough for everything to be found out, before the change and after. */
function sees(fn: AnyFunction, ...changes: (() => void)[]): void {
  let before = taken(fn);
  for (const change of changes) {
    for (let i = 0; i < 30; i++) snapshots.take(fn, "fn");
    change();
    const after = taken(fn);
    assert.ok(!isSame(after, before), `${change} changes nothing`);
    before = after;
  }
  for (let i = 0; i < 30; i++) assert.ok(isSame(snapshots.take(fn, "fn"), before), `${fn} is another`);
}

/** Nothing of it can change: it is packed once. */
function staysTheSame(fn: AnyFunction): void {
  const first = taken(fn);
  for (let i = 0; i < 30; i++) assert.equal(snapshots.take(fn, "fn"), first, `${fn} was packed again`);
}

const constant = 3;
const settings = { depth: 2, names: ["a", "b"], inner: { on: true } };
const helper = (x: number): number => x * constant;
class Point {
  x = 1;
  static origin = { x: 0 };
  norm(): number {
    return Math.abs(this.x);
  }
}

describe("is the same", () => {
  test("of a function that captures nothing", () => {
    staysTheSame((x: number) => x * 2);
    staysTheSame(async (x: number) => x * 2);
    staysTheSame(function named(x: number): number {
      return x > 0 ? named(x - 1) : 0;
    });
  });

  test("of one that captures constants: numbers, functions, classes, data that did not change", () => {
    staysTheSame((x: number) => x * constant);
    staysTheSame((x: number) => helper(x) + constant);
    staysTheSame(() => settings.inner.on && settings.names.length);
    staysTheSame(() => new Point().norm());
    const [map, set, date, pattern] = [new Map([[1, settings]]), new Set(["a"]), new Date(5), /a+/g];
    const bytes = new Uint8Array([1, 2, 3]);
    staysTheSame(() => [map.size, set.size, date.getTime(), pattern.source, bytes.length]);
  });

  test("of one that captures variables that nothing assigns to", () => {
    // biome-ignore lint/style/useConst: that is what it is about
    let loose = 5;
    var old = 6;
    const make = (parameter: number) => (): number => parameter + loose + old;
    staysTheSame(make(1));
    for (const each of [1, 2]) staysTheSame(() => each);
  });

  test("of what goes by reference, and of what uses what goes so", () => {
    staysTheSame(triple);
    staysTheSame(Math.sqrt);
    staysTheSame((x: number) => triple(x) + JSON.stringify(x).length);
  });

  test("of frozen objects, instances, bound functions and objects with functions", () => {
    const frozen = Object.freeze({ a: 1, fn: helper });
    const point = new Point();
    const table = { helper, run: (x: number) => x + 1 };
    staysTheSame(() => frozen.a + point.x + table.run(1));
    staysTheSame(helper.bind(undefined, 4));
  });

  test("of a lock", () => {
    const lock = new Lock();
    const fn = (): boolean => lock.locked;
    const first = snapshots.take(fn, "fn");
    for (let i = 0; i < 30; i++) assert.equal(snapshots.take(fn, "fn"), first);
  });

  test("of variables that are assigned to, while they hold the same", () => {
    let turns = 0;
    const fn = (): number => turns;
    turns = 7;
    staysTheSame(fn);
    turns = 8;
    staysTheSame(fn);
  });

  test("of closures from one place that hold the same", () => {
    const make = (n: number) => (x: number) => x + n + settings.depth;
    const first = snapshots.take(make(1), "fn");
    for (let i = 0; i < 30; i++) assert.equal(snapshots.take(make(1), "fn"), first);
    assert.notEqual(snapshots.take(make(2), "fn"), first);
  });
});

describe("is another", () => {
  test("when a variable was assigned to: let, var, parameter, in a loop, by destructuring, in another function", () => {
    let a = 1;
    var b = 1;
    let c = 1;
    let d: unknown = [];
    const set = (value: number): void => void (c = value);
    sees(
      () => [a, b, c, d],
      () => a++,
      () => (b = 5),
      () => set(9),
      () => ([d] = [4]),
      () => ({ d } = { d: 8 }),
      () => {
        for (d of ["last"]);
      },
      () => {
        for (d in { key: 1 });
      },
      () => (a &&= 0),
      () => (a ||= 3),
      () => (a **= 3),
    );
  });

  test("when a captured object was changed, however", () => {
    const object: Record<PropertyKey, unknown> = { a: 1, list: [1, , 3], deep: { deeper: { n: 1 } }, text: "x" };
    const list = object["list"] as unknown[];
    sees(
      () => object,
      () => (object["a"] = 2),
      () => (object["b"] = undefined),
      () => delete object["b"],
      () => ((object["deep"] as { deeper: { n: number } }).deeper.n = 5),
      () => list.push(4),
      () => (list[1] = undefined),
      () => delete list[1],
      () => list.reverse(),
      () => (object["a"] = -0),
      () => (object["a"] = 0),
      () => (object["a"] = Number.NaN),
      () => {
        const { text } = object;
        delete object["text"];
        delete object["a"];
        object["text"] = text; // another order
        object["a"] = Number.NaN;
      },
      () => (object["copy"] = { n: 1 }),
      () => (object["twice"] = object["copy"]),
      () => (object["twice"] = { n: 1 }),
      () => (object["self"] = object),
      () => Object.freeze(object["copy"]),
      () => Object.defineProperty(object, "hidden", { value: 1, configurable: true }),
      () => Object.defineProperty(object, "hidden", { enumerable: true }),
      () => Object.setPrototypeOf(object, null),
      () => Object.preventExtensions(object),
    );
  });

  test("when collections, dates, patterns and bytes were changed", () => {
    const map = new Map<unknown, unknown>([["a", 1]]);
    const set = new Set<unknown>([1]);
    const date = new Date(1);
    const pattern = /a/g;
    const bytes = new Uint8Array(4);
    const view = new DataView(bytes.buffer);
    sees(
      () => [map, set, date, pattern, bytes, view],
      () => map.set("a", 2),
      () => map.set("b", {}),
      () => map.delete("b"),
      () => (map.clear(), map.set("a", helper)),
      () => map.set("c", helper),
      () => set.add("2"),
      () => (set.delete(1), set.add(1)),
      () => date.setTime(9),
      () => pattern.compile("b"),
      () => (pattern.lastIndex = 1),
      () => bytes.fill(7),
      () => view.setInt8(0, 1),
      () => Object.assign(bytes, { extra: 1 }),
      () => Object.assign(map, { extra: 1 }),
    );
  });

  test("when an object got a getter: nothing of the user's runs", () => {
    const object = { a: 1 };
    const list = [1, 2, 3];
    const get = (): never => {
      throw new Error("it ran");
    };
    sees(
      () => [object, list],
      () => Object.defineProperty(object, "a", { get, configurable: true, enumerable: true }),
      () => Object.defineProperty(list, 1, { get, configurable: true, enumerable: true }),
    );
  });

  test("when an instance was changed, or the class of it", () => {
    class Box {
      #hidden = 1;
      shown = 1;
      poke(): void {
        this.#hidden++;
      }
      look(): unknown {
        return this.#hidden;
      }
    }
    class Counted {
      static made = 0;
      static #kept = 0;
      static keep(): unknown {
        return ++Counted.#kept;
      }
    }
    const box = new Box();
    const point = new Point();
    sees(
      () => box.look(),
      () => box.shown++,
      () => box.poke(),
    );
    sees(
      () => new Counted(),
      () => Counted.made++,
      () => Counted.keep(),
    );
    sees(
      () => point.norm(),
      () => (point.x = 4),
      () => (Point.origin.x = 8),
      () => Object.assign(Point.prototype, { added: helper }),
      () => (Point.prototype.norm = () => 5),
      () => Object.setPrototypeOf(point, Counted.prototype),
    );
  });

  test("when a function has other properties, name or prototype", () => {
    const fn = function (this: unknown): void {} as unknown as Record<string, unknown> & AnyFunction;
    const captured = Object.assign((): number => 1, { cache: { n: 1 } });
    sees(
      fn,
      () => (fn["extra"] = 1),
      () => (fn["extra"] = 2),
      () => Object.defineProperty(fn, "name", { value: "other" }),
      () => (fn["prototype"].method = helper),
      () => (fn["prototype"] = {}),
      () => Object.setPrototypeOf(fn, async () => {}),
      () => Object.freeze(fn),
    );
    sees(
      () => captured(),
      () => captured.cache.n++,
      () => (captured.cache = { n: 1, ...{ m: 2 } }),
      () => Object.assign(captured, { more: 1 }),
    );
  });

  test("when a function that it captures has captured something else", () => {
    let depth = 1;
    const inner = (): number => depth;
    const outer = (): number => inner();
    const bound = inner.bind({ a: 1 });
    sees(
      () => [outer(), bound()],
      () => depth++,
    );
    const held = { fn: inner };
    sees(
      () => held.fn(),
      () => depth++,
      () => (held.fn = () => 7),
    );
  });

  test("with the getters of an object and what these capture", () => {
    let n = 1;
    const object = {
      get value(): number {
        return n;
      },
    };
    sees(
      () => object.value,
      () => n++,
    );
  });

  test("when a bound function or an accessor leads to what was changed", () => {
    const self = { n: 1 };
    const fn = function (this: { n: number }): number {
      return this.n;
    }.bind(self);
    sees(
      fn,
      () => self.n++,
      () => Object.assign(fn, { extra: 1 }),
    );
  });

  test("of each turn of a loop", () => {
    const made: (() => number)[] = [];
    for (let i = 0; i < 3; i++) made.push(() => i);
    const all = made.map((fn) => taken(fn));
    assert.equal(new Set(all).size, 3);
    for (let i = 0; i < 3; i++) {
      const fn = (): number => i;
      taken(fn);
      i++;
      taken(fn);
    }
  });

  test("of closures from one place that hold different things", () => {
    const make = (value: unknown) => () => value;
    const all = [1, "1", {}, {}, [], helper, undefined].map((value) => taken(make(value)));
    assert.equal(new Set(all).size, all.length);
    const makeLet = (n: number) => {
      let value = n;
      return { get: () => value, set: (to: number) => void (value = to) };
    };
    const [one, other] = [makeLet(1), makeLet(1)];
    assert.equal(taken(one.get), snapshots.take(other.get, "fn"));
    one.set(5);
    assert.ok(!isSame(taken(one.get), snapshots.take(other.get, "fn")));
  });

  test("of closures from one place that have properties, or know themselves", () => {
    const make = (): AnyFunction => () => 1;
    const [plain, special] = [make(), Object.assign(make(), { extra: 1 })];
    assert.notEqual(taken(plain), taken(special));
    const recursive = (): AnyFunction =>
      function self(): unknown {
        return self;
      };
    assert.notEqual(taken(recursive()), taken(recursive()));
    const withThis = function (this: unknown): AnyFunction {
      return () => this;
    };
    assert.ok(!isSame(taken(withThis.call({ a: 1 })), taken(withThis.call({ a: 2 }))));
  });

  test("of functions with one text at two places", () => {
    const [one, other] = [(x: number) => x * 2, (x: number) => x * 2];
    assert.notEqual(taken(one as never), taken(other as never));
  });
});

describe("code that is hard to read", () => {
  type Case = (sees: unknown, taken: unknown) => void;
  const folder = mkdtempSync(path.join(tmpdir(), "snapshots-"));
  after(() => rmSync(folder, { recursive: true }));
  const require = createRequire(import.meta.url);
  let files = 0;

  /** The engine tells of a script what it is asked, of a file most is read from the disk. */
  const inScript = (text: string): Case => runInThisContext(`(function (sees, taken) { ${text} })`) as Case;
  const inFile = (text: string): Case => {
    const file = path.join(folder, `${++files}.cjs`);
    writeFileSync(file, `module.exports = function (sees, taken) { ${text} };`);
    return require(file) as Case;
  };
  const inModule = (text: string): Case => {
    const file = path.join(folder, `${++files}.mjs`);
    writeFileSync(file, `export default function (sees, taken) { ${text} }`);
    return (require(file) as { default: Case }).default;
  };
  let times = 0;
  const takenOften = (fn: AnyFunction): void => {
    taken(fn);
    for (let i = 0; i < times; i++) snapshots.take(fn, "fn");
    taken(fn);
  };
  const seesOften = (fn: AnyFunction, ...changes: (() => void)[]): void => {
    takenOften(fn);
    sees(fn, ...changes);
  };
  const tryOut = (text: string, ways: ((text: string) => Case)[]): void => {
    for (const way of ways) {
      snapshots = new FunctionSnapshots(THREAD);
      // As often as it takes until the text is looked at.
      times = way === inScript ? 210 : 5;
      try {
        way(text)(seesOften, takenOften);
      } catch (error) {
        throw new Error(`in ${text}`, { cause: error });
      }
    }
  };

  test("eval, with, arguments, functions in blocks, redeclared parameters", () => {
    const cases = [
      "let n = 1; const fn = () => n; sees(fn, () => eval('n = 2'));",
      "const scope = { n: 1 }; with (scope) { var fn = () => n; } sees(fn, () => { scope.n = 2; });",
      "let n = 1; const fn = () => n; sees(fn, () => { with ({}) { n = 2; } });",
      "(function (n) { const fn = () => n; const all = arguments; sees(fn, () => { all[0] = 2; }); })(1);",
      "(function (n) { const fn = () => n; taken(fn); var n = 2; taken(fn); })(1);",
      "const fn = () => n; taken(fn); taken(fn); taken(fn); var n = 2; taken(fn);",
      "const fn = () => typeof n; taken(fn); taken(fn); { function n() {} } taken(fn);",
      "const fn = () => n(); function n() { return 1; } taken(fn); n = () => 2; taken(fn);",
      "const fn = () => n(); function n() { return 1; } taken(fn); { function n() { return 2; } } taken(fn);",
      "const fn = () => n; function n() {} taken(fn); var n = 2; taken(fn);",
      "const fn = eval('() => typeof Map'); taken(fn); eval('var Map = 1'); taken(fn);",
      "class A {} const fn = () => new A(); taken(fn); A = class B {}; taken(fn);",
      "for (var i = 0; i < 3; i++) { var each = i; var fn = fn || (() => each); taken(fn); }",
      "var fn; for (let turn = 0; turn < 3; turn++) { var x = turn; fn ??= () => x; taken(fn); }",
      "const fn = eval('() => n'); let n = 1; taken(fn); taken(fn); n = 2; taken(fn);",
      "let n = 1; const fn = eval('const m = 1; () => n + m'); sees(fn, () => { n = 2; });",
      "try { throw 1; } catch (e) { const fn = () => e; sees(fn, () => { e = 2; }); }",
      "switch (1) { case 1: let n = 1; const fn = () => n; sees(fn, () => { n = 2; }); }",
      "const make = (a, fn = () => a) => { var a; taken(fn); a = 5; taken(fn); }; make(1);",
      "const [fn, set] = ((a = 1, get = () => a, set = (v) => { a = v; }) => [get, set])(); sees(fn, () => set(2));",
    ];
    for (const text of cases) tryOut(text, [inScript, inFile]);
  });

  test("what holds in strict code, too", () => {
    const cases = [
      "const fn = () => n; let n = 1; sees(fn, () => { n = 2; });",
      "let n; const fn = () => n; sees(fn, () => { n = 2; }, () => { [n] = [3]; }, () => { ({ n } = { n: 4 }); });",
      "let n = 1; { const n = 5; taken(() => n); } const fn = () => n; sees(fn, () => { n = 2; });",
      "const n = 1; (function () { if (true) { var n = 2; } const fn = () => n; sees(fn, () => { n = 3; }); })();",
      "var n = 1; const fn = () => n; sees(fn, () => { n = 2; });",
      "const fn = () => n; taken(fn); var n = 2; taken(fn);",
      "const fn = () => n(); function n() { return 1; } sees(fn, () => { n = () => 2; });",
      "class A { static n = 1; } const fn = () => A.n; sees(fn, () => { A.n = 2; }, () => { A = class {}; });",
      "for (let i = 0; i < 3; i++) { const fn = () => i; taken(fn); i++; taken(fn); }",
      "for (const key in { a: 1, b: 2 }) taken(() => key); for (const [a, b] of [[1, 2]]) taken(() => a + b);",
      "function* each() { let n = 0; const fn = () => n; while (n < 3) { yield fn; n++; } } for (const fn of each()) taken(fn);",
      "const make = (n) => [() => n, (to) => { n = to; }]; const [fn, set] = make(1); sees(fn, () => set(2));",
      "const f = (n, get = () => n) => { taken(get); n = 2; taken(get); }; f(1);",
      "const self = function named() { return named; }; taken(self);",
      "let named = function () { return named; }; taken(named);",
    ];
    for (const text of cases) tryOut(text, [inScript, inFile, inModule]);
  });

  test("globals of scripts", () => {
    runInThisContext("let scriptLevel = 1; var setScriptLevel = (value) => { scriptLevel = value; };");
    const fn = runInThisContext("(() => scriptLevel)") as AnyFunction;
    sees(fn, () => (globalThis as unknown as { setScriptLevel(n: number): void }).setScriptLevel(2));
    Reflect.deleteProperty(globalThis, "setScriptLevel");
  });

  test("what compilers make of exports, enums and names", () => {
    const exports: Record<string, unknown> = { count: 1 };
    const run = runInThisContext(`(function (exports, require, sees) {
      "use strict";
      var __defProp = Object.defineProperty;
      var __name = (target, value) => __defProp(target, "name", { value, configurable: true });
      const m_1 = require("./fixtures/legacy.cjs");
      var E;
      sees(() => E, () => { (function (E) { E[(E["A"] = 0)] = "A"; })(E || (E = {})); });
      sees(() => exports.count, () => { exports.count = 2; });
      const fn = __name(() => m_1, "given");
      sees(fn, () => { __name(fn, "other"); });
    })`) as (exports: unknown, require: unknown, sees: unknown) => void;
    run(exports, require, sees);
  });
});

describe("what is refused", () => {
  test("a lock that was disposed of", () => {
    const lock = new Lock();
    const fn = (): boolean => lock.locked;
    snapshots.take(fn, "fn");
    snapshots.take(fn, "fn");
    lock.dispose();
    assert.throws(() => snapshots.take(fn, "fn"), /dispose/);
  });

  test("what changes data, once that is to be refused", () => {
    const seen: number[] = [];
    const before = setLostMutationLevel("off");
    const fn = (x: number): number => seen.push(x);
    try {
      assert.notEqual(snapshots.take(fn, "fn"), snapshots.take(fn, "fn")); // each gets a copy of its own
      setLostMutationLevel("error");
      assert.throws(() => snapshots.take(fn, "fn"), /seen/);
    } finally {
      setLostMutationLevel(before);
    }
  });

  test("what cannot travel any more, and a global that was added", () => {
    const held: { value?: unknown } = {};
    const fn = (): unknown => held.value;
    taken(fn);
    held.value = new WeakRef(held);
    assert.throws(() => snapshots.take(fn, "fn"), /held/);
    const added = new Function("return () => addedLater")() as AnyFunction;
    snapshots.take(added, "fn");
    (globalThis as Record<string, unknown>)["addedLater"] = 1;
    try {
      assert.throws(() => snapshots.take(added, "fn"), /addedLater/);
    } finally {
      Reflect.deleteProperty(globalThis, "addedLater");
    }
  });

  test("a class that was registered later travels as it says", () => {
    class Late {
      n = 1;
    }
    const late = new Late();
    sees(
      () => late.n,
      () => register(Late, { reduce: ({ n }) => n + 1, revive: () => new Late() }),
    );
  });
});
