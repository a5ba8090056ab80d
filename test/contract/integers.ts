/** What each kind of number takes, and that nothing else is stored as something else, wherever it is written. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { SharedArray } from "heddle/shared";
import type { Classes } from "../rig/realms.js";

export function integersContract({ Value, struct }: Classes): void {
  type IntegerKind = "i8" | "u8" | "i16" | "u16" | "i32" | "u32" | "i64" | "u64";

  const RANGES: readonly [IntegerKind, number | bigint, number | bigint][] = [
    ["i8", -128, 127],
    ["u8", 0, 255],
    ["i16", -32768, 32767],
    ["u16", 0, 65535],
    ["i32", -(2 ** 31), 2 ** 31 - 1],
    ["u32", 0, 2 ** 32 - 1],
    ["i64", -(2n ** 63n), 2n ** 63n - 1n],
    ["u64", 0n, 2n ** 64n - 1n],
  ];

  interface Place {
    readonly name: string;
    read(): unknown;
    /** Each way in which it can be written. */
    readonly writes: Readonly<Record<string, (value: never) => unknown>>;
  }

  function numberOf(kind: IntegerKind, start: number | bigint): Place {
    const value = new Value<IntegerKind>(kind, start);
    return {
      name: "Value",
      read: () => value.value,
      writes: {
        initial: (initial) => new Value<IntegerKind>(kind, initial),
        value: (next) => (value.value = next),
        add: (delta) => value.add(delta),
        sub: (delta) => value.sub(delta),
        exchange: (next) => value.exchange(next),
        "compareExchange, expected": (expected) => value.compareExchange(expected, start),
        "compareExchange, value": (next) => value.compareExchange(start, next),
      },
    };
  }

  function arrayOf(kind: IntegerKind, start: number | bigint): Place {
    const array = new SharedArray<IntegerKind>(kind, [start, start]);
    return {
      name: "SharedArray",
      read: () => array[0],
      writes: {
        initial: (item) => new SharedArray<IntegerKind>(kind, [start, item]),
        index: (next) => (array[0] = next),
        set: (next) => array.set(-2, next),
        fill: (next) => array.fill(next),
      },
    };
  }

  function structOf(kind: IntegerKind, start: number | bigint): Place {
    const Made = struct({ n: kind, items: [kind, 2], inner: { n: kind, deep: [{ n: kind }, 2] } });
    const made = new Made({
      n: start,
      items: [start],
      inner: { n: start, deep: [{ n: start }] },
    } as never) as unknown as {
      n: never;
      items: never[];
      inner: { n: never; deep: { n: never }[] };
    };
    return {
      name: "struct",
      read: () => [made.n, made.items[0], made.inner.n, made.inner.deep[0]!.n].find((n) => n !== start) ?? start,
      writes: {
        initial: (n) => new Made({ n } as never),
        "initial array": (n) => new Made({ items: [n] } as never),
        "initial, nested": (n) => new Made({ inner: { deep: [{ n }] } } as never),
        field: (n) => (made.n = n),
        item: (n) => (made.items[0] = n),
        "nested field": (n) => (made.inner.n = n),
        "nested struct": (n) => Object.assign(made, { inner: { n } }),
        "nested item": (n) => (made.inner.deep[0]!.n = n),
      },
    };
  }

  describe("integers take integers", () => {
    for (const [kind, least, most] of RANGES) {
      const one = typeof least === "bigint" ? 1n : 1;
      const outside = [(least as number) - (one as number), (most as number) + (one as number)];
      const notWhole = typeof least === "bigint" ? [2n ** 70n, -(2n ** 70n)] : [NaN, 1.5, Infinity, -Infinity, 2 ** 40];
      const wrongTypes = [typeof least === "bigint" ? 1 : 1n, "1", true, null, {}];

      for (const make of [numberOf, arrayOf, structOf]) {
        const place = make(kind, one);
        test(`${place.name} of ${kind}`, () => {
          for (const [way, write] of Object.entries(place.writes)) {
            for (const bad of [...outside, ...notWhole]) {
              const expected = {
                name: "RangeError",
                message: new RegExp(`${kind}: .* from ${least}.* to ${most}.*got ${bad}`),
              };
              assert.throws(() => write(bad as never), expected, way);
            }
            for (const bad of wrongTypes) assert.throws(() => write(bad as never), { name: "TypeError" }, way);
            assert.equal(place.read(), one, `${way}: nothing has changed`);
          }
          for (const way of Object.keys(place.writes)) {
            for (const good of [least, most, one]) make(kind, one).writes[way]!(good as never);
          }
        });
      }
    }

    test("undefined is refused, but for an initial value that is left out", () => {
      const value = new Value("i32", 3);
      assert.throws(() => (value.value = undefined as never), { name: "TypeError", message: /value must be a number/ });
      assert.throws(() => value.add(undefined as never), { name: "TypeError" });
      assert.equal(new Value("i32", undefined).value, 0);
    });

    test("sums wrap, in one step", () => {
      const small = new Value("u8", 255);
      assert.equal(small.add(1), 255);
      assert.equal(small.value, 0);
      assert.equal(small.sub(1), 0);
      assert.equal(small.value, 255);
      const word = new Value("i32", 2 ** 31 - 1);
      word.add(1);
      assert.equal(word.value, -(2 ** 31));
    });

    test("floating point takes every number, bool only true and false", () => {
      for (const number of [NaN, 1.5, Infinity, 2 ** 40, -0]) {
        const double = new Value("f64", number);
        assert.ok(Object.is(double.value, number));
        assert.ok(Object.is(new SharedArray("f64", [number])[0], number));
        new Value("f32").value = number;
      }
      for (const bad of [0, 1, NaN, 1n, "true"]) {
        assert.throws(() => new Value("bool", bad as never), { name: "TypeError" });
        assert.throws(() => (new SharedArray("bool", 1)[0] = bad as never), { name: "TypeError" });
        assert.throws(() => new (struct({ is: "bool" }))({ is: bad as never }), { name: "TypeError" });
      }
      for (const bad of [1n, "1", null]) assert.throws(() => new Value("f64", bad as never), { name: "TypeError" });
    });

    test("the item that does not fit is named", () => {
      assert.throws(
        () => new SharedArray("u8", [1, 2, 256]),
        /SharedArray of kind u8: items\[2\] must be an integer .* got 256/,
      );
      assert.throws(
        () => new (struct({ pos: { x: "i16" } }))({ pos: { x: 0.5 } }),
        /i16: pos\.x must be an integer .* got 0.5/,
      );
    });

    test("what is no index is not stored as a property", () => {
      const array = new SharedArray("i32", 2);
      const made = new (struct({ items: ["i32", 2] }))();
      for (const indexed of [array, made.items] as unknown as Record<string, number>[]) {
        for (const key of ["-1", "1.5", "NaN", "Infinity", "-0"]) {
          assert.throws(() => (indexed[key] = 1), { name: "RangeError", message: /an index is an integer/ }, key);
        }
        assert.deepEqual(Object.keys(indexed), []);
      }
    });
  });
}
