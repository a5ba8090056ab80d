import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { arrange } from "#heddle/pickle/encode/order.js";
import type { Entry, FunctionNode, PacketNode } from "#heddle/pickle/packet.js";

/** A function that captures `env`; with `base` a class that extends it. */
function fn(env: Entry[], base?: Entry): PacketNode {
  const parts = base === undefined ? {} : { parts: { base, keys: [] } };
  const node: Omit<FunctionNode, "code"> = {
    t: "class",
    origin: "",
    interned: false,
    name: "",
    env,
    late: [],
    ...parts,
  };
  return node as FunctionNode;
}

/** @returns whether everything in `before` comes before `id` */
function comesAfter(order: readonly number[], id: number, ...before: number[]): boolean {
  return before.every((each) => order.indexOf(each) < order.indexOf(id));
}

describe("arrange", () => {
  test("variables come before the function, nothing is late without a cycle", () => {
    const { order, late } = arrange([fn([1, 2]), fn([2]), { t: "object" }]);
    assert.deepEqual(order, [2, 1, 0]);
    assert.equal(late.size, 0);
  });

  test("recursion: the variable that is the function itself is late", () => {
    const { late } = arrange([fn([[1], 0])]);
    assert.deepEqual([...(late.get(0) ?? [])], [1]);
  });

  test("a class and its base that refer to each other: the base is built first", () => {
    const { order, late } = arrange([fn([1]), fn([], 0)]);
    assert.ok(comesAfter(order, 1, 0));
    assert.deepEqual([...late.keys()], [0]);
  });

  test("a cycle through a bound function", () => {
    const bound: PacketNode = { t: "bound", target: 0, self: [null], args: [] };
    const { order, late } = arrange([fn([1]), bound]);
    assert.ok(comesAfter(order, 1, 0));
    assert.deepEqual([...late.keys()], [0]);
  });

  test("a cycle through properties needs nothing late", () => {
    const object: PacketNode = { t: "object", rows: [["f", 7, 0]] };
    const { order, late } = arrange([fn([1]), object]);
    assert.ok(comesAfter(order, 0, 1));
    assert.equal(late.size, 0);
  });

  test("all that a revived object's data leads to comes before it", () => {
    const nodes: PacketNode[] = [
      { t: "revived", url: "", name: "", before: [], cls: 3, data: 1 },
      { t: "object", rows: [["x", 7, 2]] },
      { t: "object" },
      fn([]),
    ];
    const { order } = arrange(nodes);
    assert.ok(comesAfter(order, 0, 1, 2, 3));
    assert.deepEqual([...(nodes[0] as unknown as { before: number[] }).before].sort(), [1, 2]);
  });

  test("a chain longer than the stack", () => {
    const nodes = Array.from({ length: 100_000 }, (_, i) => fn(i === 0 ? [] : [i - 1]));
    assert.equal(arrange(nodes.reverse().map((_, i) => fn(i === 99_999 ? [] : [i + 1]))).order[0], 99_999);
  });
});
