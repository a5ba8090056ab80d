/** What values have besides their content: attributes, accessors, names, stacks, views that grow. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pack, THREAD } from "#heddle/pickle/pickle.js";
import { bothWays } from "./both-ways.js";
import { DESTINATIONS } from "./rig.js";

const describeAll = (value: object): unknown =>
  Reflect.ownKeys(value).map((key) => {
    const { value: held, get, set, ...attributes } = Object.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    return [String(key), typeof held, typeof get, typeof set, attributes];
  });

// biome-ignore format: the comments are what is tested
const odd = function odd /* a ( in a comment */ // and ( another
  (n: number): string { return String(n); };
// biome-ignore format: the comments are what is tested
const oddError = function fails /* ( */ (): Error { return new Error("here"); };
const key = "answer";

bothWays(({ to, same, call }) => {
  test("bound function: name, length and own properties", async () => {
    const bound = function add(this: number, a: number, b: number, c: number): number {
      return this + a + b + c;
    }.bind(1, 2) as ((b: number, c: number) => number) & { note?: unknown };
    const facts = (fn: typeof bound): unknown => [fn.name, fn.length, fn.note, fn(3, 4)];
    await same(facts, bound);
    bound.note = { deep: [1] };
    Object.defineProperty(bound, "name", { value: "renamed", configurable: true });
    Object.defineProperty(bound, "length", { value: 7, configurable: true });
    await same(facts, bound);
    await same((fn: { readonly name: string }) => fn.name, bound.bind(null, 3));
    await same((fn: object) => Reflect.ownKeys(fn).length, bound);
    const self = (() => 0).bind(null) as (() => number) & { self?: unknown };
    self.self = self;
    assert.equal(await call((fn: typeof self) => fn.self === fn, self), true);
  });

  test("error: a stack that is undefined, deleted, a number or an accessor", async () => {
    const facts = (error: Error): unknown => [
      Object.hasOwn(error, "stack") && error.stack,
      error.message,
      error instanceof TypeError,
    ];
    const unset = new TypeError("unset");
    Object.defineProperty(unset, "stack", { value: undefined, writable: true, configurable: true });
    await same(facts, unset);
    const assigned = new TypeError("assigned");
    (assigned as { stack: unknown }).stack = undefined;
    await same((error: Error) => error.stack, assigned);
    const deleted = new TypeError("deleted");
    delete deleted.stack;
    await same(facts, deleted);
    const numbered = new TypeError("numbered");
    (numbered as { stack: unknown }).stack = 5;
    await same((error: Error) => error.stack, numbered);
    const computed = new TypeError("computed");
    Object.defineProperty(computed, "stack", { get: () => `made ${1 + 1}`, configurable: true });
    await same(facts, computed);
    Object.defineProperty(computed, "stack", { get: () => process.exit(1), configurable: true });
    pack(computed, { to: DESTINATIONS[to], name: "error" });
    assert.match(String(await call((error: Error) => error.stack, new Error("usual"))), /^Error: usual\n {4}at /);
  });

  test("DOMException: own properties, cause and stack", async () => {
    const exception = new DOMException("no", "AbortError") as DOMException & { code2?: number; cause?: unknown };
    Object.defineProperty(exception, "cause", { value: new RangeError("why"), configurable: true, writable: true });
    exception.code2 = 5;
    await same(
      (e: typeof exception) => [
        e instanceof DOMException,
        e.name,
        e.message,
        e.code,
        e.code2,
        (e.cause as Error).message,
        e.cause instanceof RangeError,
        Object.keys(e),
      ],
      exception,
    );
    assert.match(String(await call((e: Error) => e.stack, exception)), /AbortError: no/);
  });

  test("view: follows the length of a resizable buffer, or keeps its own", async () => {
    const buffer = new ArrayBuffer(8, { maxByteLength: 16 });
    const full = new ArrayBuffer(8, { maxByteLength: 8 });
    new Uint8Array(buffer).set([1, 2, 3, 4, 5, 6, 7, 8]);
    const views = {
      buffer,
      ...{ tracking: new Uint16Array(buffer, 2), fixed: new Uint16Array(buffer, 2, 3), data: new DataView(buffer, 4) },
      ...{ other: full, full: new Uint8Array(full), part: new Uint8Array(full, 0, 8), late: new Uint8Array(full, 4) },
    };
    const resized = (v: typeof views): unknown => {
      const before = [...v.tracking];
      v.buffer.resize(16);
      v.other.resize(6);
      const after = [v.tracking, v.fixed, v.data, v.full, v.part, v.late].map((each) => each.byteLength);
      return [v.tracking.buffer === v.buffer, before, after];
    };
    const there = await call(resized, views);
    assert.deepEqual([...new Uint8Array(buffer)], [1, 2, 3, 4, 5, 6, 7, 8], "the original is untouched");
    assert.deepEqual(there, resized(views));
  });

  test("plain objects: hidden, read-only, fixed properties and accessors", async () => {
    const hidden = Object.defineProperty({ a: 1 }, "secret", { value: 2, enumerable: false });
    const readOnly = Object.defineProperty({ a: 1, b: 2 }, "b", { writable: false });
    const fixed = Object.defineProperty({ a: 1 }, "a", { configurable: false });
    const half = Object.defineProperty({ a: 1 } as { a: number; b?: number }, "b", { get: () => 5, enumerable: true });
    const setter = Object.defineProperty({ a: 1 }, "s", { set: () => {}, enumerable: true });
    const symbol = Object.defineProperty({ a: 1 }, Symbol.for("heddle test"), { value: 1 });
    for (const each of [hidden, readOnly, fixed, half, setter, symbol]) {
      await same(describeAll, each);
      await same((holder: { deep: object[] }) => describeAllOf(holder), { deep: [{ x: 1 }, each] });
    }
    assert.equal(await call((o: { secret?: number }) => o.secret, hidden as { secret?: number }), 2);
    await same((o: { constructor: unknown }) => o.constructor, { constructor: "a word" } as never);
  });

  test("functions with a `(` in a comment before the parameters: value and stack", async () => {
    await same(odd, 5);
    const place = (error: Error): string | undefined =>
      /attributes\.test\.[jt]s:\d+:\d+/.exec(String(error.stack))?.[0];
    assert.equal(place((await call(oddError)) as Error), place(oddError()));
    // biome-ignore format: the comments are what is tested
    const object = { [/* [ ] */ key /* ] */](n: number): number { return n + 1; } };
    await same(object.answer, 1);
  });
});

function describeAllOf({ deep }: { deep: object[] }): unknown {
  return deep.map(describeAll);
}

test("pack: 200,000 objects with cycles and shared parts take linear time", () => {
  const graph = (length: number): object[] => {
    const shared = { label: "shared" };
    const list = Array.from({ length }, (_, i) => ({ i, shared, next: null as unknown }));
    for (const [i, each] of list.entries()) each.next = list[i >> 1];
    return list;
  };
  const cost = (length: number): number => {
    const value = graph(length);
    const start = performance.now();
    pack(value, { to: THREAD, name: "item" });
    return (performance.now() - start) / length;
  };
  cost(20_000);
  const [few, many] = [Math.min(cost(20_000), cost(20_000)), Math.min(cost(200_000), cost(200_000))];
  assert.ok(many < 8 * few, `${few * 1000} us for each of few, ${many * 1000} us for each of many`);
});
