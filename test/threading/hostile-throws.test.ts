/** Whatever a thread or process throws: its maker gets it, or the closest thing to it that can travel. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Process } from "heddle/multiprocessing";
import { Thread } from "heddle/threading";
import { inWords, RemoteError } from "#heddle/pickle/wire-error.js";
import { display, displayStack } from "#heddle/platform/words/display.js";

const hostile = {
  toString(): string {
    throw Object.create(null);
  },
  get [Symbol.toStringTag](): string {
    throw Object.create(null);
  },
};

for (const Kind of [Thread, Process] as const) {
  const thrownBy = async (target: () => void): Promise<unknown> => {
    const activity = new Kind({ target });
    activity.start();
    return activity.result().then(
      () => assert.fail("nothing was thrown"),
      (error: unknown) => error,
    );
  };

  describe(`${Kind.name}.result: odd throws`, () => {
    test("an object without prototype comes home as itself", async () => {
      const thrown = await thrownBy(() => {
        throw Object.assign(Object.create(null), { code: 7 });
      });
      assert.equal(Object.getPrototypeOf(thrown), null);
      assert.equal((thrown as { code: number }).code, 7);
    });

    test("an object whose toString throws comes home as itself", async () => {
      const thrown = await thrownBy(() => {
        throw {
          code: 8,
          toString() {
            throw Object.create(null);
          },
        };
      });
      assert.equal((thrown as { code: number }).code, 8);
    });

    test("an error whose message is a symbol or a function keeps it", async () => {
      const symbolic = await thrownBy(() => {
        throw Object.assign(new RangeError(), { message: Symbol("odd") });
      });
      assert.ok(symbolic instanceof RangeError);
      assert.equal(String(symbolic.message), "Symbol(odd)");
      const callable = await thrownBy(() => {
        throw Object.assign(new RangeError(), { message: () => 9 });
      });
      assert.ok(callable instanceof RangeError);
      assert.equal(typeof callable.message, "function");
    });

    test("what is hostile and cannot travel comes home in words", async () => {
      const thrown = await thrownBy(() => {
        throw {
          hidden: new WeakMap(),
          toString() {
            throw Object.create(null);
          },
        };
      });
      assert.ok(thrown instanceof RemoteError);
      assert.match(thrown.message, /^object: \{ hidden: WeakMap/);
    });

    test("an error that cannot travel and whose fields are no strings comes home in words", async () => {
      const thrown = await thrownBy(() => {
        const later = Promise.resolve();
        class Bound extends Error {
          look(): unknown {
            return later;
          }
        }
        throw Object.assign(new Bound(), { name: Symbol("n"), message: () => 1, stack: 5, hidden: new WeakMap() });
      });
      assert.ok(thrown instanceof RemoteError);
      assert.equal(thrown.remoteName, "Symbol(n)");
    });
  });
}

test("display: nothing makes it throw", () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  for (const value of [hostile, proxy, Object.create(null), Symbol("x")]) assert.equal(typeof display(value), "string");
});

test("displayStack: a stack that throws is replaced by the words of the error", () => {
  const error = new RangeError("far");
  Object.defineProperty(error, "stack", {
    get(): string {
      throw Object.create(null);
    },
  });
  assert.equal(displayStack(error), "RangeError: far");
});

test("inWords: strings only, even for an error that refuses to tell", () => {
  const error = Object.defineProperty(new Error("x"), "message", {
    get(): string {
      throw hostile;
    },
  });
  const { name, message, stack } = inWords(error);
  assert.deepEqual([name, message, typeof stack], ["Error", "", "string"]);
});
