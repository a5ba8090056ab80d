/** State that a class keeps in a WeakMap or WeakSet of its module, as compilers write private fields, goes with the object. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothWays } from "../both-ways.js";
import { written } from "./written.js";

type Boxed = { get(): number; put(n: number): Boxed; readonly branded: boolean; double(): number; inside(): unknown };
type BoxClass = new (n: unknown) => Boxed;
interface Library {
  readonly Box: BoxClass;
  readonly Sub: BoxClass;
  readonly Old: BoxClass;
  readonly Failure: new (detail: number) => Error & { detail(): number };
}

/** As TypeScript and Babel compile `#n`, a class that does it by hand, one that remembers what it has computed. */
const BODY = `const brand = new WeakSet(), cache = new WeakMap(), details = new WeakMap();
var _Box_n;
class Box {
  constructor(n) { _Box_n.set(this, void 0); brand.add(this); _Box_n.set(this, n); }
  get() { return _Box_n.get(this); }
  put(n) { _Box_n.set(this, n); return this; }
  get branded() { return brand.has(this); }
  double() { if (!cache.has(this)) cache.set(this, () => this.get() * 2); return cache.get(this)(); }
  inside() { return _Box_n.get(this); }
}
_Box_n = new WeakMap();
var _own = new WeakMap();
class Sub extends Box { constructor(n) { super(n); _own.set(this, n + 1); } get() { return super.get() + _own.get(this); } }
var state = new WeakMap();
function Old(n) { if (!(this instanceof Old)) return new Old(n); state.set(this, { n }); }
Old.prototype.get = function () { return state.get(this).n; };
class Failure extends Error {
  constructor(detail) { super("failed"); details.set(this, detail); }
  detail() { return details.get(this); }
}`;
/** What is made when it is first needed. */
const LATE = `let all, marked;
class Box { constructor(n) { (all ||= new WeakMap()).set(this, n); } get() { return all.get(this); } }
class Marked {
  constructor() { if (marked === undefined) marked = new WeakSet(); marked.add(this); }
  get branded() { return marked.has(this); }
}`;
type Late = Pick<Library, "Box"> & { readonly Marked: BoxClass };

const NAMES = "Box, Sub, Old, Failure";

const { require, load } = written({
  "node_modules/esm/package.json": '{ "name": "esm", "type": "module", "exports": "./index.js" }',
  "node_modules/esm/index.js": `${BODY}\nexport { ${NAMES} };`,
  "node_modules/common/index.js": `${BODY}\nmodule.exports = { ${NAMES} };`,
  "node_modules/closures/index.js":
    "exports.counter = () => { const seen = new WeakMap(); let again = new WeakSet(); return (o) => {\n" +
    "  const n = (seen.get(o) ?? 0) + 1; seen.set(o, n); if (n > 1) again.add(o); return [n, again.has(o)]; }; };\n" +
    "exports.boxes = () => { const inside = new WeakMap(); return class Box {\n" +
    "  constructor(n) { inside.set(this, n); } get() { return inside.get(this); } }; };",
  "own.mjs": `${BODY}\nexport { ${NAMES} };`,
  "node_modules/late/index.js": `${LATE}\nmodule.exports = { Box, Marked };`,
  "node_modules/late-module/index.mjs": `${LATE}\nexport { Box, Marked };`,
});
const libraries: Record<string, Library> = {
  "an ES module": await load<Library>("node_modules/esm/index.js"),
  "a CommonJS module": require("common") as Library,
  "a module of the program": await load<Library>("own.mjs"),
};
const [commonLate, moduleLate] = [require("late") as Late, await load<Late>("node_modules/late-module/index.mjs")];
const { counter, boxes } = require("closures") as {
  counter(): (object: object) => [n: number, again: boolean];
  boxes(): BoxClass;
};

bothWays(({ call }) => {
  test("what a closure remembers of objects is found out again", async () => {
    const [count, object] = [counter(), {}];
    count(object);
    assert.deepEqual(count(object), [2, true]);
    assert.deepEqual(await call((o: object) => [count(o), count(o)], object), [
      [1, false],
      [2, true],
    ]);
    assert.deepEqual((await call(() => counter()))(object), [1, false]);
  });

  test("a class in a closure that keeps the state of its objects there", async () => {
    const Box = boxes();
    const box = new Box(2);
    assert.deepEqual(await call((other: Boxed) => [box.get(), other.get()], new Box(3)), [2, 3]);
    assert.equal((await call((n: number) => new Box(n), 4)).get(), 4);
  });

  for (const [kind, { Box, Sub, Old, Failure }] of Object.entries(libraries)) {
    test(`${kind}: an object that is captured, an argument, a result`, async () => {
      const box = new Box(2);
      assert.deepEqual(await call((other: Boxed) => [box.get(), other.get(), other.branded], new Box(3)), [2, 3, true]);
      const back = await call((n: number) => new Box(n), 4);
      assert.deepEqual([back.get(), back.branded, back.put(5).get()], [4, true, 5]);
    });

    test(`${kind}: each class of a chain, a class from before classes, an error`, async () => {
      assert.equal(await call((sub: Boxed) => sub.get(), new Sub(2)), 5);
      assert.equal((await call((n: number) => new Old(n), 6)).get(), 6);
      assert.equal(await call((error: InstanceType<typeof Failure>) => error.detail(), new Failure(7)), 7);
      const away = await call((n: number) => Promise.reject(new Failure(n)), 8).catch((error) => error);
      assert.deepEqual([away instanceof Failure, away.detail()], [true, 8]);
    });

    test(`${kind}: what leads back to the object, and what was only remembered`, async () => {
      const box = new Box(1);
      assert.equal(box.double(), 2);
      assert.equal(await call((other: Boxed) => other.double(), box), 2);
      const ring = new Box(undefined);
      ring.put({ ring } as never);
      assert.equal(await call((other: Boxed) => (other.inside() as { ring: unknown }).ring === other, ring), true);
    });
  }

  test("where the module makes its WeakMap or WeakSet with the first object, in which there is none yet", async () => {
    for (const [n, { Box, Marked }] of [commonLate, moduleLate].entries()) {
      const late = new Box(n);
      assert.equal(await call((box: Boxed) => box.get(), late), n);
      const sum = await call((box: Boxed, m: number) => box.get() + new Box(m).get() + box.get(), late, 5);
      assert.equal(sum, 2 * n + 5);
      assert.equal(await call((box: Boxed) => box.branded, new Marked(1)), true);
      assert.equal((await call((m: number) => new Box(m), 9)).get(), 9);
    }
  });
});
