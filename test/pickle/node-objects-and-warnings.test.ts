import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { EventEmitter, once } from "node:events";
import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { after, before, describe, test } from "node:test";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { pack, THREAD, unpack } from "#heddle/pickle/pickle.js";
import { SharedCounter } from "./fixtures/counter.js";
import { Away } from "./rig.js";

const RIG = new URL("./rig.js", import.meta.url).href;

describe("Node's own objects", () => {
  let away: Away;
  before(() => {
    away = new Away("thread");
  });
  after(() => away[Symbol.asyncDispose]());

  test("URL and URLSearchParams", async () => {
    const url = new URL("https://example.org/a?b=1");
    assert.equal(await away.call((u: URL) => u.searchParams.get("b"), [url]), "1");
    assert.equal(String(await away.call(() => new URLSearchParams({ a: "1" }))), "a=1");
  });

  test("an AbortSignal: aborted before, and aborted while the function waits for it", async () => {
    const reason = new RangeError("enough");
    const seen = await away.call((s: AbortSignal) => [s.aborted, s.reason], [AbortSignal.abort(reason)]);
    assert.deepEqual([(seen as unknown[])[0], (seen as [boolean, Error])[1] instanceof RangeError], [true, true]);
    const controller = new AbortController();
    const waiting = away.call(
      (signal: AbortSignal) => new Promise((resolve) => signal.addEventListener("abort", () => resolve("aborted"))),
      [controller.signal],
    );
    controller.abort();
    assert.equal(await waiting, "aborted");
  });

  test("a Blob travels; what cannot says so", async () => {
    assert.equal(await away.call((b: Blob) => b.text(), [new Blob(["text"])]), "text");
    const send = (value: unknown): unknown => pack({ value }, { to: THREAD, name: "item" });
    assert.throws(() => send(new MessageChannel().port1), /Cannot send item\.value: it is a MessagePort.*transfer/);
    assert.throws(() => send(new AbortController()), /it is an AbortController\. Send its signal/);
    assert.throws(() => send(new EventTarget()), /it is an EventTarget, whose state cannot be read/);
    assert.throws(() => send(new Event("x")), /it is an Event, whose state cannot be read/);
    assert.throws(() => send([1].values()), /it is an iterator/);
  });

  test("an EventEmitter keeps its listeners", async () => {
    const emitter = new EventEmitter();
    emitter.on("ring", (list: string[]) => list.push("rang"));
    const ring = (e: EventEmitter): string[] => {
      const heard: string[] = [];
      e.emit("ring", heard);
      return heard;
    };
    assert.deepEqual(await away.call(ring, [emitter]), ["rang"]);
  });
});

describe("HEDDLE_LOST_MUTATION", () => {
  /** @returns the warnings that packing `fn` causes */
  async function warnings(fn: () => unknown): Promise<string[]> {
    const seen: string[] = [];
    const listener = (warning: Error & { code?: string }): void => {
      if (warning.code === "HEDDLE_LOST_MUTATION") seen.push(warning.message);
    };
    process.on("warning", listener);
    pack(fn, { to: THREAD, name: "target" });
    await new Promise((resolve) => process.nextTick(resolve));
    process.off("warning", listener);
    return seen;
  }

  test("warns of every kind of change, once per place", async () => {
    const results: number[] = [];
    const config: { n: number; deep: { list: number[] }; gone?: boolean } = { n: 1, deep: { list: [1] }, gone: true };
    const seen = new Set<number>();
    const fn = (): void => {
      results.push(1);
      config.deep.list[0] = 2;
      seen.add(1);
    };
    const found = await warnings(fn);
    assert.equal(found.length, 3);
    assert.match(
      found[0] ?? "",
      /^The function changes 'results' \(.*node-objects-and-warnings\.test\.\w+:\d+:\d+\), but works on a copy/,
    );
    assert.deepEqual(await warnings(fn), []);
    assert.equal((await warnings(() => void delete config.gone)).length, 1);
    assert.equal((await warnings(() => void config.n++)).length, 1);
  });

  test("is silent where nothing is lost", async () => {
    const cells = new Int32Array(new SharedArrayBuffer(4));
    const counter = Object.assign(new SharedCounter(), { label: "" });
    const list = [1];
    const silent = [
      () => {
        cells[0] = 1;
      },
      () => {
        counter.label = "x";
      },
      () => list.map((n) => n + 1),
      () => {
        const own = [...list];
        own.push(1);
        return own;
      },
    ];
    for (const fn of silent) assert.deepEqual(await warnings(fn), []);
  });

  test("warns of changes through constants of the function", async () => {
    const config = { list: [1], deep: { seen: new Set<number>(), 0: { n: 1 } }, rows: [{ n: 1 }] };
    const found = await warnings(() => {
      const { list, deep: alias } = config;
      list.push(1);
      const { seen } = alias;
      seen.add(1);
      alias[0].n = 2;
      for (const row of config.rows) row.n++;
    });
    assert.equal(found.length, 1, "one for each variable");
    assert.match(found[0] ?? "", /^The function changes 'config\.list' /);
    const one = async (fn: () => unknown) => /changes '(.*?)'/.exec((await warnings(fn))[0] ?? "")?.[1];
    const { rows } = config;
    assert.equal(
      await one(() => {
        const { seen } = config.deep;
        seen.add(1);
      }),
      "config.deep.seen",
    );
    assert.equal(
      await one(() => {
        for (const row of rows) row.n++;
      }),
      "rows[...]",
    );
    assert.equal(await one(() => rows.at(0) && rows.sort()), "rows");
  });

  test("is silent about methods that only have the name of one that changes", async () => {
    const sum = { push: (n: number) => n + 1 };
    class Stack {
      items: number[] = [];
      push(n: number): void {
        this.items.push(n);
      }
      set(n: number): number {
        return n + this.items.length;
      }
    }
    const stack = new Stack();
    const holder = { counter: new SharedCounter(), cells: new Int32Array(new SharedArrayBuffer(4)), list: [1] };
    const silent = [
      () => sum.push(1),
      () => stack.set(1),
      () => {
        holder.cells[0] = 1;
      },
      () => {
        const { cells } = holder;
        cells.fill(1);
      },
      () => {
        const own = [...holder.list];
        own.push(1);
      },
      (list: number[]) => {
        list.push(1);
      },
    ];
    for (const fn of silent) assert.deepEqual(await warnings(fn as () => unknown), []);
    assert.equal((await warnings(() => stack.push(1))).length, 1);
  });

  test("is silent about objects that never change: a method that calls one called `set` gives a new object", async () => {
    class Day {
      readonly n: number;
      constructor(n: number) {
        this.n = n;
      }
      clone(): Day {
        return new Day(this.n);
      }
      set(n: number): Day {
        return new Day(n);
      }
      add(n: number): Day {
        return n === 0 ? this : this.set(this.n + n);
      }
      sort(): Day {
        return this.reverse();
      }
      reverse(): Day {
        return this.n > 0 ? this : this.sort();
      }
    }
    class Table {
      readonly #rows = new Map<string, number>();
      readonly days = { first: new Day(1) };
      add(n: number): Day {
        return this.days.first.add(n);
      }
      set(name: string, n: number): this {
        this.#rows.set(name, n);
        return this;
      }
      push(n: number): this {
        return this.set("n", n);
      }
      delete(): void {
        this.days.first = new Day(0);
      }
    }
    const [day, table] = [new Day(1), new Table()];
    for (const fn of [() => day.add(1).n, () => day.sort(), () => table.add(2)])
      assert.deepEqual(await warnings(fn), []);
    for (const fn of [() => table.set("a", 1), () => table.push(1), () => table.delete()])
      assert.equal((await warnings(fn)).length, 1, String(fn));
  });
});

describe("circumstances", () => {
  const n = 41;

  test("a worker sends on to a worker of its own, and what comes back is the original", async () => {
    const away = new Away("thread");
    try {
      const f = (): number => n + 1;
      const nested = async (rig: string, g: () => number): Promise<[number, unknown]> => {
        const { Away: Inner } = (await import(rig)) as { Away: typeof Away };
        const inner = new Inner("thread");
        const value = await inner.call((h: () => number) => h() + g(), [g]);
        await inner[Symbol.asyncDispose]();
        return [value, g];
      };
      assert.deepEqual(await away.call(nested, [RIG, f]), [84, f]);
    } finally {
      await away[Symbol.asyncDispose]();
    }
  });

  test("siblings: what one worker made, another runs", async () => {
    const [one, two] = [new Away("thread"), new Away("process")];
    try {
      class Box {
        #value = 0;
        set(value: number): this {
          this.#value = value;
          return this;
        }
        get value(): number {
          return this.#value;
        }
      }
      const box = await one.call((b: Box) => b.set(b.value + n), [new Box()]);
      assert.equal(await two.call((b: Box) => b.set(b.value + 1).value, [box]), 42);
      const adder = await one.call((k: number) => (x: number) => x + k + n, [1]);
      assert.equal(await two.call(adder, [0]), 42);
    } finally {
      await one[Symbol.asyncDispose]();
      await two[Symbol.asyncDispose]();
    }
  });

  test("while the program has an inspector session of its own", async () => {
    const { Session } = await import("node:inspector");
    const session = new Session();
    session.connect();
    const events: string[] = [];
    session.on("inspectorNotification", ({ method }) => events.push(method));
    try {
      const { body } = pack(() => n, { to: THREAD, name: "target" });
      assert.equal(unpack<() => number>(structuredClone(body))(), n);
      assert.deepEqual(events, []);
    } finally {
      session.disconnect();
    }
  });

  test("functions and objects of another context", () => {
    const made = runInNewContext("const k = 2; ({ f: (x) => x * k, data: { list: [1, { a: 2 }] } })") as {
      f(x: number): number;
      data: unknown;
    };
    const back = unpack<typeof made>(structuredClone(pack(made, { to: THREAD, name: "item" }).body));
    assert.equal(back.f(4), 8);
    assert.equal(JSON.stringify(back.data), '{"list":[1,{"a":2}]}');
  });

  test("many packings leave nothing behind", () => {
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    const round = (count: number): number => {
      for (let i = 0; i < count; i++) pack((x: number) => x + i, { to: THREAD, name: "target" });
      gc();
      return process.memoryUsage().heapUsed;
    };
    const before = round(2000);
    const grown = round(8000) - before;
    assert.ok(grown < 4e6, `${grown} bytes were left behind`);
  });

  const program = `
    import { pack, THREAD, unpack } from "${import.meta.resolve("#heddle/pickle/pickle.js")}";
    import { sep } from "node:path";
    const k = 2;
    class Box { #v = 1; get v() { return this.#v + k; } }
    const { body } = pack([(x) => x * k + sep.length, new Box()], { to: THREAD, name: "target" });
    const [f, box] = unpack(structuredClone(body));
    console.log(f(20), box.v);
  `;
  const flags: [name: string, args: string[], env?: Record<string, string>][] = [
    ["no flags", []],
    ["--disallow-code-generation-from-strings", ["--disallow-code-generation-from-strings"]],
    ["--frozen-intrinsics", ["--frozen-intrinsics", "--no-warnings"]],
    ["coverage", [], { NODE_V8_COVERAGE: path.join(tmpdir(), `heddle-coverage-${process.pid}`) }],
  ];
  for (const [name, args, env] of flags) {
    test(`a program run with ${name}`, () => {
      const out = execFileSync(process.execPath, [...args, "--input-type=module", "-e", program], {
        encoding: "utf8",
        env: { ...process.env, ...env },
        stdio: ["ignore", "pipe", "inherit"],
      });
      assert.equal(out.trim(), "41 3");
      if (env) rmSync(String(env["NODE_V8_COVERAGE"]), { recursive: true });
    });
  }

  test("a function packed in a worker while its module is evaluated", async () => {
    const source = `
      import { pack, THREAD } from "${import.meta.resolve("#heddle/pickle/pickle.js")}";
      import { parentPort } from "node:worker_threads";
      const early = 1;
      parentPort.postMessage(pack(() => early, { to: THREAD, name: "target" }).body);
    `;
    const worker = new Worker(new URL(`data:text/javascript,${encodeURIComponent(source)}`));
    const [body] = (await once(worker, "message")) as [unknown];
    await worker.terminate();
    assert.equal(unpack<() => number>(body)(), 1);
  });
});
