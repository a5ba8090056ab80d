import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PROCESS, THREAD } from "#heddle/pickle/destination.js";
import { PlainScan } from "#heddle/pickle/encode/plain.js";

const isPlain = (value: object): boolean => new PlainScan(THREAD, new Set()).isPlain(value);
class Point {
  x = 1;
}

describe("PlainScan.isPlain", () => {
  const ring: { self?: object } = {};
  ring.self = ring;
  const marked = { a: [ring] };
  const plain: [name: string, value: object][] = [
    ["nested data", { a: [1, { b: "c", d: [null, undefined, 1n] }], e: new Date(0) }],
    ["maps and sets", new Map([[{ k: 1 }, new Set([[1]])]])],
    ["typed arrays and buffers", [new Uint8Array(2), new ArrayBuffer(2), new DataView(new ArrayBuffer(1))]],
    ["cycles", marked],
    ["shared parts", [marked, marked, ring]],
    ["a long array", Array.from({ length: 1000 }, (_, i) => i)],
    ["an array with holes", Object.assign([], { 3: 1 })],
    ["patterns and boxed values", [/a/g, Object(1), Object("s")]],
  ];
  for (const [name, value] of plain) test(`${name}: plain`, () => assert.equal(isPlain(value), true));

  const special: [name: string, value: object][] = [
    ["a function inside", { a: [{ f: () => 1 }] }],
    ["a symbol as value", [Symbol("s")]],
    ["a symbol as key", { [Symbol("s")]: 1 }],
    [
      "an accessor",
      {
        get a(): number {
          throw new Error("called");
        },
      },
    ],
    ["an instance", [new Point()]],
    ["an error", { e: new Error("x") }],
    ["no prototype", Object.create(null) as object],
    ["frozen", Object.freeze({})],
    ["a proxy", { p: new Proxy({}, { ownKeys: () => assert.fail("trapped") }) }],
    ["a class's prototype", Point.prototype],
    ["lastIndex", Object.assign(/a/g, { lastIndex: 2 })],
    ["a long array with a name", Object.assign(new Array(1000).fill(0), { extra: 1 })],
    ["a short array with a name in place of an item", Object.assign([1, , 3], { extra: 1 })],
    ["a short array with a name", Object.assign([1], { extra: 1 })],
    ["a Buffer", [Buffer.from("x")]],
    ["a subclass of Map", new (class extends Map {})()],
  ];
  for (const [name, value] of special) test(`${name}: not plain`, () => assert.equal(isPlain(value), false));

  test("what leads to something special is special, what does not is plain", () => {
    const scan = new PlainScan(THREAD, new Set());
    const leaf = { f: () => 1 };
    const clean = { list: [1, 2] };
    const a: { b?: object; clean: object } = { clean };
    const b = { a, leaf };
    a.b = b;
    assert.deepEqual(
      [a, b, leaf, clean].map((each) => scan.isPlain(each)),
      [false, false, false, true],
    );
  });

  test("depth beyond what structured clone can take is not plain", () => {
    let list: object = {};
    for (let i = 0; i < 5000; i++) list = { list };
    assert.equal(isPlain(list), false);
    assert.doesNotThrow(() => structuredClone(Object.assign({}, { shallow: [[[1]]] })));
  });

  test("a graph with exponentially many paths ends", () => {
    let node: object = {};
    for (let i = 0; i < 60; i++) node = { left: node, right: node };
    assert.equal(isPlain(node), true);
  });

  test("shared memory is plain for threads only, what is transferred always is", () => {
    const shared = new SharedArrayBuffer(1);
    assert.equal(isPlain([shared]), true);
    assert.equal(new PlainScan(PROCESS, new Set()).isPlain([shared]), false);
    const { port1, port2 } = new MessageChannel();
    assert.equal(new PlainScan(THREAD, new Set([port1])).isPlain([port1]), true);
    assert.equal(isPlain([port2]), false);
    port1.close();
  });
});
