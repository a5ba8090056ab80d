/** Arrays with few items far apart: they cost as much as they have items, and stay sparse. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { dumps, loads } from "heddle/pickle";
import { bothWays } from "./both-ways.js";

const facts = (list: unknown[]): unknown => {
  const keys = Object.keys(list);
  return [list.length, keys, keys.map((key) => JSON.stringify(list[Number(key)]) ?? typeof list[Number(key)])];
};
const at = (length: number, items: Readonly<Record<number, unknown>>): unknown[] =>
  Object.assign(new Array(length), items);

bothWays(({ same }) => {
  test("array of 200 million holes: length and items, plain and with functions", async () => {
    await same(facts, at(2e8, { 3: "a", 199999999: { deep: [1] } }));
    await same(facts, at(2e8, { 0: {}, 199999998: () => 1 }));
    await same(facts, at(4_294_967_295, { 4000000000: 1 }));
    await same(facts, at(4_294_967_295, {}));
    await same(facts, Object.freeze(at(3e8, { 5: 1, 299999999: null })) as unknown[]);
  });

  test("array with a gap: attributes, getters and functions of items before and behind it", async () => {
    const list = at(100_000, { 0: 1, 2: undefined, 5000: "b", 90000: () => 2 });
    await same(facts, list);
    const computed = Object.defineProperty(at(100_000, { 5: 1 }), 80_000, {
      get: () => typeof process,
      enumerable: true,
    });
    const hidden = Object.defineProperty(at(100_000, { 5: 1 }), 80_000, { value: 1, configurable: true });
    const kind = (each: unknown[]): unknown => {
      const { value, get, ...attributes } = Object.getOwnPropertyDescriptor(each, 80_000) as PropertyDescriptor;
      return [value, typeof get, attributes, each[80_000], each.length];
    };
    await same(kind, computed);
    await same(kind, hidden);
  });

  test("array of a class and array with names, both sparse", async () => {
    class Lines extends Array<string> {
      first(): unknown {
        return this.find((each) => each !== undefined);
      }
    }
    const lines = Object.assign(new Lines(), { 70000000: "a line" });
    await same((l: Lines) => [l.length, l[70_000_000], l instanceof Lines, Object.keys(l)], lines);
    await same(facts, Object.assign(at(2e8, { 7: 1 }), { note: "named" }));
  });
});

test("dumps: an array of four billion holes takes no longer than its items do", () => {
  dumps([() => 1]);
  const start = performance.now();
  const list = loads<unknown[]>(dumps(at(4_294_967_295, { 4294967290: () => 1 })));
  assert.equal(list.length, 4_294_967_295);
  assert.ok(performance.now() - start < 2000, "holes are not walked");
});
