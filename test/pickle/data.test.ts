import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import { MessageChannel, type MessagePort } from "node:worker_threads";
import { PROCESS, pack, THREAD, unpack } from "#heddle/pickle/pickle.js";
import { register } from "#heddle/pickle/registry.js";
import { SharedCounter } from "./fixtures/counter.js";
import { inner, Point } from "./fixtures/library.js";
import { Away } from "./rig.js";

class Account {
  owner: string;
  history: unknown[] = [];
  constructor(owner: string) {
    this.owner = owner;
  }
  describe(): string {
    return `${this.owner}: ${this.history.length}`;
  }
}
class OutOfStock extends Error {
  readonly item: string;
  constructor(item: string, options?: ErrorOptions) {
    super(`no ${item}`, options);
    this.item = item;
  }
}
OutOfStock.prototype.name = "OutOfStock";
class Labelled extends SharedCounter {
  label = "";
  say(): string {
    return `${this.label} ${this.add(0)}`;
  }
}
class Registry extends Map<string, unknown> {
  find(key: string): unknown {
    return this.get(key);
  }
}
const echo = (value: unknown): unknown => value;
async function thrown(work: Promise<unknown>): Promise<NodeJS.ErrnoException> {
  try {
    await work;
  } catch (error) {
    return error as NodeJS.ErrnoException;
  }
  throw new Error("it did not throw");
}
const identity = (a: unknown, b: unknown): boolean => a === b;

for (const to of ["thread", "process"] as const) {
  describe(`data sent to a ${to}`, () => {
    let away: Away;
    before(() => {
      away = new Away(to);
    });
    after(() => away[Symbol.asyncDispose]());

    /** The value comes back equal after going there and back. */
    async function travels(value: unknown): Promise<void> {
      assert.deepEqual(await away.call(echo, [value]), value);
    }

    test("primitives, -0, NaN, bigint", async () => {
      for (const each of [1, -0, NaN, "text", true, null, undefined, 12n ** 30n]) await travels(each);
    });

    test("objects, arrays with holes and extra properties, maps, sets, dates", async () => {
      const withHole = [1, 2, 3];
      delete withHole[1];
      await travels({ a: 1, deep: { list: withHole, when: new Date(5) } });
      await travels(Object.assign([1, 2], { extra: true }));
      await travels(new Map<unknown, unknown>([[{ k: 1 }, new Set([1, "a"])]]));
      await travels([Object(1), Object("boxed"), Object(true), Object(5n)]);
    });

    test("regular expressions keep lastIndex", async () => {
      const pattern = /a(b)/gi;
      pattern.lastIndex = 3;
      assert.equal(((await away.call(echo, [pattern])) as RegExp).lastIndex, 3);
      await travels(pattern);
    });

    test("objects beside functions: nulls, symbols, order of properties", async () => {
      const mixed = { first: 1, call: () => 2, last: { n: null }, none: undefined };
      assert.deepEqual(await away.call((m: typeof mixed) => [Object.keys(m), m.call(), m.last], [mixed]), [
        ["first", "call", "last", "none"],
        2,
        { n: null },
      ]);
      const bare = Object.assign(Object.create(null), { n: 1 }) as object;
      assert.equal(Object.getPrototypeOf(await away.call(echo, [bare])), null);
      const local = Symbol("local");
      const marked = { [local]: 1, [Symbol.for("shared")]: 2, [Symbol.iterator]: 3 };
      assert.deepEqual(await away.call(echo, [marked]), marked);
    });

    test("cycles and shared parts, also through functions and classes", async () => {
      const ring: { self?: unknown; f?: unknown } = {};
      ring.self = ring;
      assert.equal(await away.call((r: typeof ring) => r.self === r, [ring]), true);
      ring.f = () => ring;
      assert.equal(await away.call((r: { f(): unknown }) => r.f() === r, [ring as { f(): unknown }]), true);
      const shared = { n: 1 };
      assert.equal(await away.call(identity, [shared, shared]), true);
      assert.equal(
        await away.call((a: { s: unknown }, f: () => unknown) => a.s === f(), [{ s: shared }, () => shared]),
        true,
      );
      const map = new Map<unknown, unknown>();
      map.set(map, new Set([map]));
      map.set("f", () => map);
      assert.equal(await away.call((m: typeof map) => m.has(m) && (m.get(m) as Set<unknown>).has(m), [map]), true);
    });

    test("a list deeper than the stack", async () => {
      let list: { next: unknown } | null = null;
      for (let i = 0; i < 20_000; i++) list = { next: list };
      const length = (l: { next: unknown } | null): number => {
        let n = 0;
        for (let each = l; each; each = each.next as typeof l) n++;
        return n;
      };
      assert.equal(await away.call(length, [list]), 20_000);
    });

    test("attributes of properties, accessors and frozen objects", async () => {
      const traced = Object.defineProperties({ open: () => 1 } as Record<string, unknown>, {
        hidden: { value: 1 },
        half: { get: () => 21, configurable: true },
      });
      const seen = await away.call(
        (t: typeof traced) => [
          Object.keys(t),
          t["hidden"],
          t["half"],
          Object.getOwnPropertyDescriptor(t, "hidden")?.writable,
        ],
        [traced],
      );
      assert.deepEqual(seen, [["open"], 1, 21, false]);
      const frozen = Object.freeze({ list: Object.freeze([1, 2]), sealed: Object.seal({ a: 1 }) });
      const there = await away.call(
        (f: typeof frozen) => [Object.isFrozen(f), Object.isFrozen(f.list), Object.isSealed(f.sealed)],
        [frozen],
      );
      assert.deepEqual(there, [true, true, true]);
    });

    test("a getter is not called", async () => {
      let calls = 0;
      const lazy = {
        get value(): number {
          calls++;
          throw new Error("called");
        },
      };
      await assert.rejects(away.call(echo, [lazy]), /assigns to the captured variable 'calls'/);
      assert.equal(calls, 0);
    });

    test("instances of by-value and by-reference classes, both ways", async () => {
      const account = new Account("ada");
      account.history.push(account);
      assert.equal(await away.call((a: Account) => a.describe() + (a.history[0] === a), [account]), "ada: 1true");
      assert.ok((await away.call(() => new Account("from there"))) instanceof Account);
      assert.equal(await away.call((p: Point) => p instanceof Point && p.length, [new Point(3, 4)]), 5);
      assert.ok((await away.call((x: number) => new Point(x, 0), [1])) instanceof Point);
      assert.equal(((await away.call(echo, [inner])) as typeof inner).hidden(1), 4);
    });

    test("a class that arrives twice is one class there", async () => {
      const keep = (a: Account): void => {
        (globalThis as { kept?: Account }).kept = a;
      };
      await away.call(keep, [new Account("one")]);
      const same = (a: Account): boolean => (globalThis as { kept?: Account }).kept?.constructor === a.constructor;
      assert.equal(await away.call(same, [new Account("two")]), true);
    });

    test("subclasses of Map, Array and Error", async () => {
      const registry = new Registry([["k", { f: () => 5 }]]);
      assert.equal(await away.call((r: Registry) => (r.find("k") as { f(): number }).f(), [registry]), 5);
      assert.ok((await away.call(echo, [new Registry([["a", 1]])])) instanceof Registry);
    });

    test("errors keep class, own properties, cause, stack and the errors inside", async () => {
      const fail = (item: string): never => {
        throw new OutOfStock(item, { cause: new RangeError("empty shelf") });
      };
      const error = (await thrown(away.call(fail, ["tea"]))) as OutOfStock;
      assert.ok(error instanceof OutOfStock);
      assert.deepEqual([error.item, error.message, String(error)], ["tea", "no tea", "OutOfStock: no tea"]);
      assert.ok(error.cause instanceof RangeError);
      assert.match(error.stack ?? "", /OutOfStock: no tea\n.*at fail \(.*data\.test\.[jt]s:\d+/s);
      assert.equal(Object.prototype.toString.call(error), "[object Error]");
      const many = await away.call(() => new AggregateError([new TypeError("a"), 5], "many"));
      assert.ok(many instanceof AggregateError && many.errors[0] instanceof TypeError && many.errors[1] === 5);
    });

    test("errors that Node throws", async () => {
      const missing = await thrown(away.call(() => readFileSync("/does/not/exist")));
      assert.deepEqual([missing.code, missing.syscall], ["ENOENT", "open"]);
      const wrong = await thrown(away.call(() => Buffer.alloc("x" as never)));
      assert.ok(wrong instanceof TypeError);
      assert.equal(wrong.code, "ERR_INVALID_ARG_TYPE");
      const aborted = (await thrown(away.call(() => AbortSignal.abort().throwIfAborted()))) as unknown as DOMException;
      assert.ok(aborted instanceof DOMException);
      assert.equal(aborted.name, "AbortError");
    });

    test("typed arrays, buffers and views of one buffer", async () => {
      await travels([new Float64Array([1.5, 2]), new BigInt64Array([1n]), new DataView(new ArrayBuffer(3))]);
      await travels(Buffer.from("small"));
      const buffer = new ArrayBuffer(8);
      const views = { bytes: new Uint8Array(buffer, 2, 4), words: new Int32Array(buffer) };
      const share = (v: typeof views): boolean => {
        v.bytes[2] = 1;
        return v.words[1] === 1;
      };
      assert.equal(await away.call(share, [views]), true);
      assert.equal(
        ((await away.call((b: Buffer) => b.buffer.byteLength, [Buffer.from("tiny")])) as number) < 100,
        true,
      );
    });

    test("native functions and globals as values", async () => {
      const table = {
        max: Math.max,
        global: globalThis,
        parse: JSON.parse,
        clone: structuredClone,
        iterate: Symbol.iterator,
      };
      const seen = await away.call(
        (t: typeof table) => [
          t.max === Math.max,
          t.global === globalThis,
          t.parse === JSON.parse,
          t.iterate === Symbol.iterator,
        ],
        [table],
      );
      assert.deepEqual(seen, [true, true, true, true]);
    });
  });
}

describe("data that reaches threads only", () => {
  test("a SharedArrayBuffer is shared, a registered class is revived, its subclass too", async () => {
    const away = new Away("thread");
    try {
      const shared = new Int32Array(new SharedArrayBuffer(4));
      await away.call((cells: Int32Array) => void Atomics.add(cells, 0, 5), [shared]);
      assert.equal(shared[0], 5);
      const counter = new SharedCounter();
      await away.call(() => counter.add(3));
      assert.equal(counter.add(0), 3);
      const labelled = Object.assign(new Labelled(), { label: "now", friend: counter, me: undefined as unknown });
      labelled.me = labelled;
      assert.equal(await away.call((l: Labelled & { me: unknown }) => l.say() + (l.me === l), [labelled]), "now 0true");
      const grow = (l: Labelled): Labelled => {
        l.add(4);
        return l;
      };
      const back = await away.call(grow, [labelled]);
      assert.ok(back instanceof Labelled && labelled.add(0) === 4 && back.add(0) === 4);
    } finally {
      await away[Symbol.asyncDispose]();
    }
  });

  test("transferred buffers and ports move", async () => {
    const away = new Away("thread");
    try {
      const buffer = new ArrayBuffer(16);
      const size = await away.call((b: ArrayBuffer) => b.byteLength, [buffer], [buffer as never]);
      assert.deepEqual([size, buffer.byteLength], [16, 0]);
      const { port1, port2 } = new MessageChannel();
      const heard = new Promise((resolve) => port1.once("message", resolve));
      await away.call((port: MessagePort) => port.postMessage("through"), [port2], [port2 as never]);
      assert.equal(await heard, "through");
      port1.close();
    } finally {
      await away[Symbol.asyncDispose]();
    }
  });

  test("an object that is reduced to something that holds it is refused", () => {
    class Knot {
      ends = 2;
      static {
        register<Knot, unknown>(Knot, {
          url: import.meta.url,
          name: "Knot",
          reduce: (knot) => [knot],
          revive: () => new Knot(),
        });
      }
    }
    const send = (): unknown => pack({ a: new Knot() }, { to: THREAD, name: "item" });
    assert.throws(
      send,
      /^PickleError: Cannot send item\.a: what its class reduces it to leads back to the object itself/,
    );
  });

  test("they are refused for processes", () => {
    const shared = new SharedArrayBuffer(4);
    const send = (value: unknown): unknown => pack(value, { to: PROCESS, name: "item" });
    assert.throws(
      () => send({ a: [new Int32Array(shared)] }),
      /^PickleError: Cannot send item\.a\[0\]: .*threads only/,
    );
    assert.throws(() => send([shared]), /Cannot send item\[0\]: .*threads only.*Send a copy/);
    assert.throws(() => send(new SharedCounter()), /Cannot send item: this SharedCounter lives in the memory/);
  });

  test("plain data needs no nodes", () => {
    const { body } = pack([1, { a: new Map([[1, new Date()]]) }], { to: THREAD, name: "item" });
    assert.deepEqual(Object.keys(body as object), ["root"]);
    assert.deepEqual(unpack<unknown>(structuredClone(body)), (body as { root: unknown[] }).root[0]);
  });
});
