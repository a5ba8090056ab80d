/** Values with a state of their own, and values that cannot travel. */
import assert from "node:assert/strict";
import { createSecretKey, webcrypto } from "node:crypto";
import { PassThrough } from "node:stream";
import { test } from "node:test";
import { bothWays, refuses } from "./both-ways.js";
import { Point } from "./fixtures/library.js";
import { Away } from "./rig.js";

const f = (): number => 40;
const local = Symbol("local");

bothWays(({ same, call, to }) => {
  test("G71 frozen, sealed and closed objects", async () => {
    const objects = [Object.freeze({ f }), Object.freeze([1]), Object.seal({ f, a: 1 }), Object.preventExtensions({})];
    await same(
      (all: object[]) => all.map((o) => [Object.isFrozen(o), Object.isSealed(o), Object.isExtensible(o)]),
      [...objects],
    );
  });

  test("G72 Date, RegExp with lastIndex, Error with cause, AggregateError, DOMException", async () => {
    const pattern = /a(b)/gi;
    pattern.lastIndex = 3;
    await same((d: Date, r: RegExp) => [d.getTime(), r.source, r.flags, r.lastIndex], new Date(5), pattern);
    await same(
      (e: Error) => [e.message, e instanceof TypeError, (e.cause as Error).message, e.cause instanceof RangeError],
      new TypeError("outer", { cause: new RangeError("inner") }),
    );
    await same(
      (e: AggregateError) => [e instanceof AggregateError, e.errors.map(String)],
      new AggregateError([new TypeError("a"), 5], "many"),
    );
    await same(
      (e: DOMException) => [e instanceof DOMException, e.name, e.message, e.code],
      new DOMException("stop", "AbortError"),
    );
  });

  test("G73 boxed values, bigint, -0, NaN", async () => {
    const values = [Object(1), Object("s"), Object(true), Object(2n), 3n, -0, Number.NaN, f] as unknown[];
    await same((all: unknown[]) => all.slice(0, -1), values);
    await same((n: number) => Object.is(n, -0), -0);
  });

  test("G74 symbols: own, registered, well-known", async () => {
    await same((o: Record<symbol, number>) => [o[local], o[Symbol.for("shared")], o[Symbol.iterator]], {
      [local]: 1,
      [Symbol.for("shared")]: 2,
      [Symbol.iterator]: 3,
    });
    assert.equal(await call((s: symbol) => s, local), local);
  });

  test("G75 views of one buffer, DataView, Buffer, resizable buffer", async () => {
    const buffer = new ArrayBuffer(8);
    const views = { bytes: new Uint8Array(buffer, 2, 4), words: new Int32Array(buffer), view: new DataView(buffer, 4) };
    await same((v: typeof views) => {
      v.bytes[2] = 1;
      return [v.words[1], v.view.getInt8(0), v.bytes.byteOffset];
    }, structuredClone(views));
    await same((b: Buffer) => [b.toString(), Buffer.isBuffer(b)], Buffer.from("pooled"));
    assert.ok((await call((b: Buffer) => b.buffer.byteLength, Buffer.from("tiny"))) < 100);
    await same(
      (b: ArrayBuffer) => [b.byteLength, (b as { maxByteLength?: number }).maxByteLength],
      new (ArrayBuffer as new (n: number, o: object) => ArrayBuffer)(2, { maxByteLength: 8 }),
    );
  });

  test("G76 URL, URLSearchParams; ports, controllers and streams are refused", async () => {
    await same(
      (u: URL, p: URLSearchParams) => [u.href, u instanceof URL, p.get("a")],
      new URL("https://x.y/z?a=1"),
      new URLSearchParams("a=1"),
    );
    const { port1, port2 } = new MessageChannel();
    refuses(port1, /it is a MessagePort.*transfer/);
    port1.close();
    port2.close();
    refuses(new AbortController(), /it is an AbortController\. Send its signal/);
    refuses(new ReadableStream(), /it is a ReadableStream|internal to Node/);
    refuses(process.stdout, /Cannot send item/);
    await same((pipe: unknown) => typeof pipe, new PassThrough().pipe);
  });

  test("G76 AbortSignal, Blob, KeyObject, CryptoKey: threads only, but for a signal that is aborted", async () => {
    await same((s: AbortSignal) => [s.aborted, s.reason], AbortSignal.abort("why"));
    const secret = createSecretKey(Buffer.from("secret"));
    const key = await webcrypto.subtle.generateKey({ name: "AES-GCM", length: 128 }, true, ["encrypt"]);
    const size = (k: { symmetricKeySize?: number }): unknown => k.symmetricKeySize;
    if (to === "process") {
      for (const value of [new Blob(["x"]), secret, key, new AbortController().signal]) {
        await assert.rejects(call(String, value), /reaches threads only, not other processes/);
      }
    } else {
      await same((b: Blob) => b.text(), new Blob(["text"]));
      await same(size, secret);
      assert.equal(await call((k: webcrypto.CryptoKey) => k.algorithm.name, key), "AES-GCM");
    }
  });

  test("G75 shared memory reaches threads only", async () => {
    const cells = new Int32Array(new SharedArrayBuffer(4));
    const add = (c: Int32Array): number => Atomics.add(c, 0, 5);
    if (to === "process") await assert.rejects(call(add, cells), /threads only/);
    else {
      await call(add, cells);
      assert.equal(cells[0], 5);
    }
  });

  test("G77 Proxy, Promise, WeakMap, WeakSet, WeakRef, generator, iterators, native handles", () => {
    const revoked = Proxy.revocable({}, {});
    revoked.revoke();
    const cases: readonly (readonly [unknown, RegExp])[] = [
      [new Proxy({}, {}), /it is a Proxy/],
      [revoked.proxy, /it is a Proxy/],
      [new Proxy(f, {}), /it is a Proxy/],
      [Promise.resolve(), /it is a Promise\. Await it/],
      [new WeakMap(), /it is a WeakMap.*Use a Map/],
      [new WeakSet(), /it is a WeakSet.*Use a Set/],
      [new WeakRef({}), /it is a WeakRef/],
      [(function* () {})(), /it is a running generator/],
      [new Map().keys(), /it is an iterator/],
      [new EventTarget(), /it is an EventTarget, whose state cannot be read/],
    ];
    for (const [value, message] of cases) {
      refuses(value, message);
      refuses({ deep: [value] }, /^Cannot send item\.deep\[0\]: /);
    }
  });

  test("G78 a getter that throws is not called", async () => {
    const lazy = {
      get value(): number {
        throw new Error("called");
      },
    };
    await same((o: object) => typeof Object.getOwnPropertyDescriptor(o, "value")?.get, lazy);
  });

  test("G79 a function sent on from worker to worker", async () => {
    const other = new Away(to === "thread" ? "process" : "thread");
    try {
      const made = await call((n: number) => (x: number) => x + n + f(), 1);
      assert.equal(await other.call(made, [2]), 43);
      const box = await call((p: Point) => ({ p, get: () => p.x }), new Point(3, 4));
      assert.equal(await other.call((b: typeof box) => b.get() + b.p.length, [box]), 8);
    } finally {
      await other[Symbol.asyncDispose]();
    }
  });

  test("G80 instanceof there, and here for what comes back", async () => {
    class Account {
      readonly owner: string;
      constructor(owner: string) {
        this.owner = owner;
      }
    }
    await same(
      (a: Account, p: Point) => [a instanceof Account, p instanceof Point],
      new Account("ada"),
      new Point(1, 2),
    );
    assert.ok((await call(() => new Account("there"))) instanceof Account);
    assert.ok((await call(() => new Point(1, 2))) instanceof Point);
    await assert.rejects(
      call(() => {
        throw new RangeError("there");
      }),
      (error) => error instanceof RangeError,
    );
  });
});
