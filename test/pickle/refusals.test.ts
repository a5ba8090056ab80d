import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import { PickleError } from "#heddle/pickle/errors.js";
import { pack, THREAD } from "#heddle/pickle/pickle.js";
import { ready } from "./fixtures/late.js";
import { Away } from "./rig.js";

/** @returns the error of sending `value` under the name `name` */
function refused(value: unknown, name = "target"): PickleError {
  try {
    pack(value, { to: THREAD, name });
  } catch (error) {
    assert.ok(error instanceof PickleError, String(error));
    return error;
  }
  throw new Error("it was sent");
}

describe("PickleError", () => {
  test("assignment to a captured variable: names it, its place and what to do", () => {
    let total = 0;
    const add = (n: number): void => {
      total += n;
    };
    const error = refused(add);
    assert.match(
      error.message,
      /^Cannot send target: it assigns to the captured variable 'total' \(.*refusals\.test\.\w+:\d+:\d+\)/,
    );
    assert.match(error.message, /Value from heddle\/shared.*Queue.*return the result/);
    assert.equal(error.path, "target");
    assert.equal(total, 0);
  });

  test("below what was put on the prototype of a function: names the path", () => {
    function Old(this: { made: boolean }): void {
      this.made = true;
    }
    Object.assign(Old.prototype as object, { later: { promise: Promise.resolve(1) } });
    const error = refused(() => Old);
    assert.equal(error.path, "target → Old.prototype.later.promise");
    assert.match(error.message, /it is a Promise\. Await it/);
  });

  test("every way to assign is seen", () => {
    let [a, b, c, d, e, f, g]: unknown[] = [];
    let n = 0;
    const ways: Record<string, () => void> = {
      "n++": () => void n++,
      "a ??=": () => {
        a ??= 1;
      },
      "[b]": () => {
        [b] = [1];
      },
      "{ x: c }": () => {
        ({ x: c } = { x: 1 });
      },
      "...d": () => {
        [...d as unknown[]] = [1];
      },
      "for of": () => {
        for (e of [1]);
      },
      "for in": () => {
        for (f in { k: 1 }) break;
      },
      nested: () => {
        (() => {
          g = 1;
        })();
      },
      "default value": new Function("set", "let h; return (x = (h = 1)) => x")() as () => void,
    };
    for (const [way, fn] of Object.entries(ways))
      assert.match(refused(fn).message, /assigns to the captured variable/, way);
    assert.deepEqual([a, b, c, d, e, f, g, n].filter(Boolean), []);
  });

  test("assignments to own variables pass", () => {
    const fn = (p: number): number => {
      let own = p;
      own++;
      p = own;
      for (let i = 0; i < 3; i++) own += i;
      try {
        throw 1;
      } catch (error) {
        own += Number(error);
      }
      var late = 1;
      late = 2;
      return own + late;
    };
    assert.doesNotThrow(() => pack(fn, { to: THREAD, name: "target" }));
  });

  test("an assignment in a captured helper is found through the path", () => {
    let calls = 0;
    const helper = (): void => void calls++;
    const config = { handlers: [{ run: helper }] };
    const error = refused(() => config.handlers);
    assert.equal(error.path, "target → config.handlers[0].run");
    assert.match(
      error.message,
      /^Cannot send target → config\.handlers\[0\]\.run: it assigns to the captured variable 'calls'/,
    );
    assert.equal(calls, 0);
  });

  test("what has hidden state is refused with its path and a remedy", () => {
    const cases: [value: unknown, pattern: RegExp][] = [
      [Promise.resolve(1), /it is a Promise\. Await it/],
      [new WeakMap(), /it is a WeakMap.*Use a Map/],
      [new WeakSet(), /it is a WeakSet.*Use a Set/],
      [new WeakRef({}), /it is a WeakRef/],
      [new Proxy({}, {}), /it is a Proxy/],
      [new Proxy(() => 1, {}), /it is a Proxy/],
      [[1].values(), /it is an iterator|internal/],
      [new Map().entries(), /it is an iterator/],
      [(function* () {})(), /it is a running generator/],
    ];
    for (const [value, pattern] of cases.filter(([value]) => !isArrayIterator(value))) {
      const error = refused([{ user: value }], "args");
      assert.match(error.message, /^Cannot send args\[0\]\.user: /);
      assert.match(error.message, pattern);
    }
  });

  test("paths through maps, sets, symbols and odd keys", () => {
    const bad = Promise.resolve();
    assert.equal(refused(new Map([["k", bad]]), "item").path, 'item.get("k")');
    assert.equal(refused(new Set([bad]), "item").path, "item<item 0>");
    assert.equal(refused({ "a b": [bad] }, "item").path, 'item["a b"][0]');
    assert.equal(refused({ [Symbol.for("s")]: bad }, "item").path, "item[Symbol(s)]");
  });

  test("functions that cannot stand alone", () => {
    class Base {
      #secret = 1;
      name(): string {
        return "base";
      }
      peek(): number {
        return this.#secret;
      }
    }
    class Derived extends Base {
      override name(): string {
        return super.name();
      }
    }
    const direct = new Function("return () => eval('1')")() as () => unknown;
    function Maker(): () => unknown {
      return () => new.target;
    }
    assert.match(refused(Derived.prototype.name).message, /uses 'super', which belongs to/);
    assert.match(
      refused(Base.prototype.peek).message,
      /the method peek uses the private name #secret of a class around it/,
    );
    assert.match(refused(direct).message, /calls eval\(\) directly/);
    assert.match(refused(Maker()).message, /captures the new\.target/);
    const timer = setTimeout(() => {}, 0);
    clearTimeout(timer);
    assert.match(refused({ ref: timer.ref }, "item").message, /Cannot send item\.ref: ref is internal to Node\.js/);
  });

  test("a global that the program added", () => {
    Object.assign(globalThis, { addedByTest: 1 });
    // biome-ignore lint/suspicious/noExplicitAny: the name is not declared
    const fn = new Function("return () => addedByTest")() as () => any;
    assert.match(refused(fn).message, /the global 'addedByTest', which this program added at run time/);
    delete (globalThis as { addedByTest?: number }).addedByTest;
  });

  test("a module with top-level await is refused by name", async () => {
    const away = new Away("thread");
    try {
      await assert.rejects(
        away.call(() => ready),
        (error) => error instanceof PickleError && /late\.js.*top-level await/.test(error.message),
      );
    } finally {
      await away[Symbol.asyncDispose]();
    }
  });

  test("without an inspector: self-contained functions travel, others are refused", async () => {
    const script = `
      import { pack, THREAD, unpack } from "${import.meta.resolve("#heddle/pickle/pickle.js")}";
      import { parentPort } from "node:worker_threads";
      const n = 1;
      const results = [];
      results.push(unpack(structuredClone(pack((a) => Math.abs(a), { to: THREAD, name: "target" }).body))(-2));
      try { pack(() => n, { to: THREAD, name: "target" }); } catch (error) { results.push(error.message); }
      parentPort.postMessage(results);
    `;
    const preload =
      "data:text/javascript,import inspector from 'node:inspector';inspector.Session.prototype.connect=()=>{throw new Error('not allowed')}";
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(script)}`), {
      execArgv: ["--import", preload],
    });
    const [value, message] = await new Promise<[number, string]>((resolve, reject) => {
      worker.once("message", resolve);
      worker.once("error", reject);
    });
    await worker.terminate();
    assert.equal(value, 2);
    assert.match(message, /^Cannot send target: it captures n, which cannot be read here: not allowed/);
  });
});

function isArrayIterator(value: unknown): boolean {
  return Object.prototype.toString.call(value) === "[object Array Iterator]";
}
