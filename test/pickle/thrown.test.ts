/** Errors that a worker throws arrive with what can travel of them, and say what did not. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { Thread } from "heddle/threading";
import { THREAD } from "#heddle/pickle/destination.js";
import { fromWire, RemoteError, toWire } from "#heddle/pickle/wire-error.js";

class Invalid extends Error {
  readonly issues: readonly { readonly path: string }[];
  readonly pending: Promise<number>;
  constructor(path: string) {
    super(`invalid ${path}`, { cause: Object.assign(new RangeError("below"), { code: 5, seen: new WeakSet() }) });
    this.name = "Invalid";
    this.issues = [{ path }];
    this.pending = Promise.resolve(1);
  }
}

function fail(path: string): never {
  throw new Invalid(path);
}

function check(error: unknown): void {
  assert.ok(error instanceof Invalid, String(error));
  assert.deepEqual(error.issues, [{ path: "a.b" }]);
  assert.equal(error.message, "invalid a.b");
  assert.equal("pending" in error, false);
  assert.match(error.stack ?? "", /at fail .*\n(.*\n)*? {4}--- not sent: pending ---\n/);
  const { cause } = error as { cause?: unknown };
  assert.ok(cause instanceof RangeError);
  assert.deepEqual({ ...cause }, { code: 5 });
}

const ways: Record<string, () => Promise<unknown>> = {
  Thread: () => new Thread({ target: () => fail("a.b") }).start().result(),
  Process: () => new Process({ target: () => fail("a.b") }).start().result(),
  ThreadPool: async () => {
    await using pool = new ThreadPool(1);
    return await pool.map(fail, ["a.b"]);
  },
  Pool: async () => {
    await using pool = new Pool(1);
    return await pool.map(fail, ["a.b"]);
  },
};

describe("an error with a property that cannot travel keeps its class, its cause and the other properties", () => {
  for (const [name, way] of Object.entries(ways))
    test(name, async () => {
      await assert.rejects(way(), (error) => {
        check(error);
        return true;
      });
    });
});

test("an error that leads back to itself, and to one that cannot travel, arrives", () => {
  const error = Object.assign(new Error("outer"), {
    self: undefined as unknown,
    list: [] as unknown[],
    later: undefined,
  });
  error.self = error;
  error.list = [error, new Invalid("x")];
  Object.defineProperty(error, "later", { get: () => Promise.resolve(), enumerable: true });
  const got = fromWire(structuredClone(toWire(error, THREAD)), undefined) as typeof error;
  assert.equal(got.self, got);
  assert.equal(got.list[0], got);
  assert.ok(got.list[1] instanceof Invalid);
});

test("an error whose class cannot travel is a RemoteError that says why", () => {
  const later = Promise.resolve();
  class Bound extends Error {
    look(): unknown {
      return later;
    }
  }
  const got: unknown = fromWire(structuredClone(toWire(new Bound("b"), THREAD)), undefined);
  assert.ok(got instanceof RemoteError && !(got instanceof Bound));
  assert.match(String(got.cause), /^PickleError: Cannot send error.*later: it is a Promise/);
});
