/** Natives that are more than their state: own properties with attributes, made fixed; and those that lie about themselves. */
import { test } from "node:test";
import { bothWays } from "./both-ways.js";

type Made = () => object;

/** One of each kind. */
const kinds: Readonly<Record<string, Made>> = {
  "typed array": () => new Uint8Array([1, 2, 3]),
  "long typed array": () => new Float64Array(10_000),
  "empty typed array": () => new Uint8Array(0),
  DataView: () => new DataView(new ArrayBuffer(3)),
  ArrayBuffer: () => new ArrayBuffer(3),
  Buffer: () => Buffer.from("abc"),
  Date: () => new Date(5),
  RegExp: () => /a/g,
  Map: () => new Map([[1, 2]]),
  Set: () => new Set([1]),
  Number: () => Object(5) as object,
  String: () => Object("abc") as object,
  Boolean: () => Object(true) as object,
  BigInt: () => Object(5n) as object,
  Array: () => [1, 2],
  "long array": () => new Array(100).fill(1),
  Error: () => new RangeError("x"),
  URL: () => new URL("http://a.b/c"),
  URLSearchParams: () => new URLSearchParams("a=1"),
};
const hasItems = (name: string): boolean => /typed array|Buffer$/.test(name) && !/empty|ArrayBuffer/.test(name);

const decorate = (object: object): object =>
  Object.defineProperties(object, {
    own: { value: { deep: [1] }, writable: true, enumerable: true, configurable: true },
    hidden: { value: () => "called", configurable: true },
    fixed: { value: 2, enumerable: true },
    computed: { get: () => 21 * 2 },
    [Symbol.for("heddle mark")]: { value: 3, writable: true },
  });

/** Everything about an object but its items and its stack. */
const describeAll = (object: object): unknown => {
  const isView = ArrayBuffer.isView(object) || Array.isArray(object);
  const keys = Reflect.ownKeys(object).filter((key) => !(isView && /^\d+$/.test(String(key))) && key !== "stack");
  const properties = keys.map((key) => {
    const { value, get, ...attributes } = Object.getOwnPropertyDescriptor(object, key) as PropertyDescriptor;
    const held = typeof value === "function" ? (value() as unknown) : value;
    return [String(key), held, get?.call(object), attributes.writable, attributes.enumerable, attributes.configurable];
  });
  const state = [Object.isExtensible(object), Object.isSealed(object), Object.isFrozen(object)];
  // Of a long view the order is not kept.
  properties.sort(([a], [b]) => ((a as string) < (b as string) ? -1 : 1));
  return [Object.prototype.toString.call(object), object.constructor.name, ...state, properties];
};

const fixings: readonly ((object: object) => object)[] = [Object.preventExtensions, Object.seal, Object.freeze];

bothWays(({ same }) => {
  for (const [name, make] of Object.entries(kinds)) {
    test(`${name}: own properties, with attributes, accessors, functions and symbols`, async () => {
      await same(describeAll, decorate(make()));
    });

    test(`${name}: not extensible, sealed, frozen, also with own properties`, async () => {
      for (const fix of fixings) {
        // Views with items can be neither sealed nor frozen.
        if (fix !== fixings[0] && hasItems(name)) continue;
        await same(describeAll, fix(make()));
        await same(describeAll, fix(decorate(make())));
      }
    });
  }

  test("typed array of any length, long array: a hidden property alone", async () => {
    for (const length of [3, 64, 65, 5000]) {
      await same(describeAll, Object.defineProperty(new Int16Array(length), "hidden", { value: 1 }));
      if (length <= 64) continue;
      await same(describeAll, Object.defineProperty(new Array(length).fill("x"), "hidden", { value: 1 }));
    }
  });

  test("array: a hidden item, in a short one, and in one with functions", async () => {
    const facts = (list: unknown[]): unknown => [
      list.length,
      list[1],
      Object.getOwnPropertyDescriptor(list, 1),
      list[2],
    ];
    await same(facts, Object.defineProperty([1, 2, 3], 1, { enumerable: false }));
    await same(
      (list: unknown[]) => facts(list.slice(0, 3)),
      Object.defineProperty([1, 2, 3, () => 1], 1, { writable: false }),
    );
  });

  test("view: own properties of its buffer, seen through the view", async () => {
    const buffer = Object.assign(new ArrayBuffer(8), { note: { a: 1 } });
    const facts = ([a, b]: ArrayBufferView[]): unknown => [a?.buffer === b?.buffer, describeAll(a?.buffer as object)];
    await same(facts, [new Uint8Array(buffer), new DataView(buffer, 2)]);
    await same(facts, [new Uint8Array(Object.freeze(new ArrayBuffer(8)))]);
  });

  test("RegExp: a lastIndex that is read-only, or no number", async () => {
    const facts = (each: RegExp): unknown => Object.getOwnPropertyDescriptor(each, "lastIndex");
    await same(facts, Object.defineProperty(/a/g, "lastIndex", { writable: false }));
    await same(facts, Object.defineProperty(/a/g, "lastIndex", { value: 2, writable: false }));
    await same(facts, Object.assign(/a/g, { lastIndex: "1" }));
  });

  test("String: an own property whose name is an index beyond the text", async () => {
    const text = Object.assign(Object("abc") as object, { 7: "seven" });
    await same((t: object) => [String(t), Object.entries(t)], text);
  });

  test("own properties under the names of built-in getters are not believed, and do not run", async () => {
    const lying = <T extends object>(object: T, ...keys: PropertyKey[]): T => {
      const get = (): never => {
        throw new Error("a getter ran");
      };
      for (const key of keys) Object.defineProperty(object, key, { get, configurable: true });
      return object;
    };
    const run = <T extends object>(object: T, facts: (o: T) => unknown): Promise<void> => same(facts, object);
    const bytes = lying(new Uint8Array([1, 2, 3]), "length", "byteLength", "byteOffset", "buffer", "constructor");
    await run(bytes, (b) => Array.from({ length: 3 }, (_, i) => b[i]));
    await run(lying(new Uint8Array(5000), "length", "buffer"), (b) => b.byteLength);
    await run(lying(new DataView(new ArrayBuffer(4), 2), "buffer", "byteLength", "byteOffset", "length"), (v) =>
      v.getUint16(0),
    );
    await run(lying(new ArrayBuffer(4), "byteLength", "resizable", "maxByteLength"), (b) => new Uint8Array(b).length);
    await run(
      lying(/a(b)/gi, "source", "flags", "global", "ignoreCase"),
      (r) => RegExp.prototype.exec.call(r, "xAB")?.[1],
    );
    await run(lying(new Map([[1, { f: 1 }]]), "size", "keys", "entries", "forEach"), (m) => [...m]);
    await run(lying(new Set([1]), "size", "values", "forEach", Symbol.iterator), (s) => Set.prototype.has.call(s, 1));
    await run(lying(new Date(5), "getTime", "valueOf"), (d) => Date.prototype.getTime.call(d));
    await run(lying(Object("abc") as object & { readonly 1: string }, "valueOf", "toString"), (s) => s[1]);
    await run(lying(new URL("http://a.b/"), "href", "toString"), (u) => u.host);
    await run(lying(new URLSearchParams("a=1"), "toString", "size"), (p) => p.get("a"));
    await run(lying(new Array(100).fill(1) as number[], Symbol.toStringTag, "constructor"), (a) => a.length);
    await run(lying(Buffer.from("abc"), "length", "parent", "offset"), (b) => b[1]);
  });
});
