/** Objects keep their class where the `constructor` of its prototype is missing, another one, or kept in the package. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { bothWays } from "../both-ways.js";
import { written } from "./written.js";

type Maker = (new (n: number) => { readonly n: number; twice(): number }) & ((n: number) => { readonly n: number });
interface Library {
  readonly Bare: Maker;
  readonly Derived: Maker;
  readonly facade: Maker;
  readonly some: (n: number) => { readonly n: number; readonly twice: number };
  readonly isSome: (value: unknown) => boolean;
}

/** One whose prototype has no `constructor`, one that inherits a wrong one, one behind a function, and none at all. */
const BODY = `const table = { twice() { return this.n * 2; } };
function Bare(n) { if (!(this instanceof Bare)) return new Bare(n); this.n = n; this.constructor = Bare; }
Bare.prototype = table;
function Derived(n) { this.n = n; }
Derived.prototype = Object.create(Bare.prototype);
Derived.prototype.thrice = function () { return this.n * 3; };
const facade = (() => {
  let made = 0;
  class Hidden { constructor(n) { made++; this.n = n; } twice() { return this.n * 2; } }
  const make = function (n) { return new Hidden(n); };
  make.prototype = Hidden.prototype;
  return make;
})();
const common = Object.defineProperty({ hello() { return this.n; } }, "twice", { get() { return this.n * 2; } });
const some = (n) => Object.assign(Object.create(common), { n });
const isSome = (value) => Object.getPrototypeOf(value) === common;`;
const NAMES = "Bare, Derived, facade, some, isSome";

/** As classes of errors were written before `extends`: nothing of the prototype says whose it is. */
const ERRORS = `function Plain(message) { this.message = message; this.stack = new Error(message).stack; }
Plain.prototype = new Error();
function Failed(message, code) {
  const error = new RangeError(message);
  Object.setPrototypeOf(error, Failed.prototype);
  error.code = code;
  return error;
}
Failed.prototype = new RangeError();
Failed.prototype.constructor = RangeError;
Failed.prototype.name = "Failed";`;

const { require, load } = written({
  "node_modules/esm/package.json": '{ "name": "esm", "type": "module", "exports": "./index.js" }',
  "node_modules/esm/index.js": `${BODY}\nexport { ${NAMES} };`,
  "node_modules/common/index.js": `${BODY}\nmodule.exports = { ${NAMES} };`,
  "node_modules/errors/package.json": '{ "name": "errors", "type": "module", "exports": "./index.js" }',
  "node_modules/errors/index.js": `${ERRORS}\nexport { Plain, Failed };`,
  "node_modules/old/failure.js": `${ERRORS}\nexports.default = Plain; exports.Failed = Failed;`,
  "node_modules/old/index.js":
    'const { default: Plain, Failed } = require("./failure.js"); module.exports = Object.assign(() => 0, { Plain, Failed });',
  "own.cjs": `${BODY}\nmodule.exports = { ${NAMES} };`,
});
const libraries: Record<string, Library> = {
  "an ES module": await load<Library>("node_modules/esm/index.js"),
  "a CommonJS module": require("common") as Library,
};
const { Bare: Own } = require("./own.cjs") as Library;

for (const [kind, { Bare, Derived, facade, some, isSome }] of Object.entries(libraries)) {
  bothWays(({ call }) => {
    for (const [name, cls] of Object.entries({ Bare, Derived })) {
      test(`${kind}: ${name}`, async () => {
        const here = new cls(2);
        assert.deepEqual(await call((each: object) => [each instanceof cls, here instanceof cls], here), [true, true]);
        const back = await call((n: number) => new cls(n), 3);
        assert.ok(back instanceof cls && back.twice() === 6);
        assert.equal(Object.getPrototypeOf(back), cls.prototype);
      });
    }

    test(`${kind}: a class behind a function`, async () => {
      const here = facade(2);
      assert.equal(await call((each: object) => each instanceof facade, here), true);
      const back = await call((n: number) => facade(n), 3);
      assert.ok(back instanceof facade && back.constructor === here.constructor);
    });

    test(`${kind}: objects that share a prototype without a class`, async () => {
      for (const n of [1, 2]) {
        assert.deepEqual(await call((each: ReturnType<typeof some>) => [isSome(each), each.twice], some(n)), [
          true,
          2 * n,
        ]);
        assert.ok(isSome(await call((each: number) => some(each), n)));
      }
    });
  });
}

bothWays(({ call }) => {
  test("a class that a module of the program exports", async () => {
    assert.equal(await call((each: object) => each instanceof Own, new Own(2)), true);
    assert.ok((await call((n: number) => new Own(n), 3)) instanceof Own);
  });
});

interface Errors {
  readonly Plain: new (message: string) => Error;
  readonly Failed: new (message: string, code: number) => Error & { readonly code: number };
}

const errors: Record<string, Errors> = {
  "an ES module": await load<Errors>("node_modules/errors/index.js"),
  "a CommonJS module": require("old") as Errors,
};

for (const [kind, { Plain, Failed }] of Object.entries(errors)) {
  bothWays(({ call }) => {
    test(`${kind}: errors whose prototype is another error without a method`, async () => {
      const caught = (fn: () => never): Promise<unknown> => call(fn).catch((error) => error);
      const plain = await caught(() => {
        throw new Plain("plain");
      });
      assert.ok(plain instanceof Plain && plain.message === "plain");
      const failed = await caught(() => {
        throw new Failed("failed", 7);
      });
      assert.ok(failed instanceof Failed, String(failed));
      assert.deepEqual([failed.name, failed.message, failed.code], ["Failed", "failed", 7]);
      // An ES module that only import() has loaded is not known to this thread.
      if (kind === "a CommonJS module")
        assert.equal(await call((error: Error) => error instanceof Plain, new Plain("x")), true);
    });
  });
}
