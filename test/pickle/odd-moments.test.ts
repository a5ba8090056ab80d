/** Stacks, memory, two copies of the library, odd sources, captures at odd moments, size. */
import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Session } from "node:inspector";
import path from "node:path";
import { after, before, test } from "node:test";
import { pathToFileURL } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext, runInThisContext } from "node:vm";
import { Process } from "heddle/multiprocessing";
import { dumps, loads, pickleByValue } from "heddle/pickle";
import { Thread } from "heddle/threading";
import { pack, THREAD } from "#heddle/pickle/pickle.js";
import { root } from "../rig/root.js";
import { bothWays } from "./both-ways.js";
import { type Away, DESTINATIONS } from "./rig.js";

const n = 41;
const RIG = new URL("./rig.js", import.meta.url).href;
const seenAtEvaluation = dumps(() => n);
let folder: string;
before(() => {
  folder = mkdtempSync(path.join(root, "build/groups-"));
});
after(() => rmSync(folder, { recursive: true }));

/** Writes a module whose functions go by value; @returns what it exports */
async function moduleOf<T>(name: string, source: string): Promise<T> {
  const file = path.join(folder, name);
  writeFileSync(file, source);
  const url = pathToFileURL(file).href;
  pickleByValue(url);
  return (await import(url)) as T;
}

class Doubler extends Thread<[], number> {
  readonly #factor: number;
  readonly input: number;
  output = 0;
  constructor(input: number, factor = 2) {
    super({ name: `doubler of ${input}` });
    this.input = input;
    this.#factor = factor;
  }
  override run(): number {
    this.output = this.input * this.#factor;
    return this.output + n;
  }
}
class DoublingProcess extends Process<[], number> {
  readonly #factor = 2;
  input = 0;
  override run(): number {
    return this.input * this.#factor + n;
  }
}

bothWays(({ same, call, to }) => {
  test("G81 the stack of an error shows file, line and column of the user's source", async () => {
    const thrower = (): never => {
      throw new Error("here");
    };
    const place = /odd-moments\.test\.[jt]s:\d+:\d+/;
    const [home] = place.exec((await thrownBy(() => thrower())).stack ?? "") ?? [];
    const [there] = place.exec((await thrownBy(() => call(thrower))).stack ?? "") ?? [];
    assert.ok(home !== undefined);
    assert.equal(there, home);
  });

  test("G84 strict and sloppy `this`, octal numbers, with", async () => {
    await same(new Function("return this === undefined") as () => boolean);
    await same(new Function('"use strict"; return this === undefined') as () => boolean);
    await same(new Function("return 010") as () => number);
    const withObject = new Function("o", "with (o) { return () => a + b }")({ a: 1, b: 2 }) as () => number;
    await same(withObject);
  });

  test("G85 sources with CRLF, BOM, shebang, HTML comments, letters of all kinds, a comment at the end", async () => {
    const lines = "#!/usr/bin/env node\r\nconst größe = 2; const 𝒳 = '⚡';\r\n";
    const body =
      "export const f = (ñ) => {\r\n  return größe + ñ + 𝒳; // Ende\r\n};\r\nexport const g = (x) => x /* é */ + größe // last";
    const odd = await moduleOf<Record<"f" | "g", (x: number) => unknown>>(`odd-${to}.mjs`, lines + body);
    await same(odd.f, 1);
    await same(odd.g, 1);
    const bom = await moduleOf<typeof odd>(
      `bom-${to}.mjs`,
      `\uFEFFconst k = 1;\nexport const f = (x) => x + k;\nexport { f as g };`,
    );
    await same(bom.f, 1);
    await same(runInThisContext("(x) => {\n<!-- a comment\n--> another\n return x }") as (x: number) => number, 3);
  });

  test("G86 a worker sends on to a worker of its own", async () => {
    const f = (): number => n + 1;
    const nested = async (rig: string, kind: "thread" | "process", g: () => number): Promise<number> => {
      const { Away: Inner } = (await import(rig)) as { Away: typeof Away };
      const inner = new Inner(kind);
      const value = await inner.call((h: () => number) => h() + g(), [g]);
      await inner[Symbol.asyncDispose]();
      return value;
    };
    assert.equal(await call(nested, RIG, to, f), 84);
  });

  test("G87 a function captured in a microtask, and while the module was evaluated", async () => {
    const made = await Promise.resolve().then(() => pack(() => n, { to: DESTINATIONS[to], name: "item" }));
    assert.ok(made.body);
    await same(loads<() => number>(seenAtEvaluation));
  });

  test("G89 many functions while the program has an inspector session of its own", async () => {
    const session = new Session();
    session.connect();
    session.post("Debugger.enable");
    try {
      const bodies = Array.from({ length: 50 }, (_, i) => loads<() => number>(dumps(() => i + n))());
      assert.deepEqual(bodies.slice(0, 2), [41, 42]);
      await same(() => n);
    } finally {
      session.disconnect();
    }
  });

  test("G90 a function of 60 KB in a module of 10 MB", async () => {
    const long = Array.from({ length: 3000 }, (_, i) => `  s += x * ${i} + k;`).join("\n");
    const filler = `// ${"x".repeat(100)}\n`.repeat(1e5);
    const source = `const k = 1;\n${filler}export const f = (x) => {\n  let s = 0;\n${long}\n  return s;\n};\n`;
    const big = await moduleOf<{ f: (x: number) => number }>(`big-${to}.mjs`, source);
    await same(big.f, 2);
  });
});

test("G82 one function sent 100,000 times leaves nothing behind", () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const fn = (x: number): number => x + n;
  const after = (count: number): number => {
    for (let i = 0; i < count; i++) pack({ fn, i }, { to: THREAD, name: "item" });
    gc();
    return process.memoryUsage().heapUsed;
  };
  const start = after(5000);
  const grown = after(100_000) - start;
  assert.ok(grown < 2 * 2 ** 20, `${grown} bytes were left behind`);
});

test("G83 two copies of the library understand each other", async () => {
  cpSync(path.join(root, "dist"), path.join(folder, "copy"), { recursive: true });
  writeFileSync(path.join(folder, "package.json"), '{ "type": "module" }');
  const copy = (await import(pathToFileURL(path.join(folder, "copy/pickle/index.js")).href)) as { loads: typeof loads };
  assert.equal(copy.loads<() => number>(dumps(() => n + 1))(), 42);
});

test("G88 subclasses of Thread and Process with run(), private state and constructor arguments", async () => {
  const thread = new Doubler(4, 3).start();
  assert.deepEqual([await thread.result(), thread.output, thread.name], [53, 12, "doubler of 4"]);
  const child = new DoublingProcess();
  child.input = 4;
  assert.equal(await child.start().result(), 49);
});

async function thrownBy(body: () => unknown): Promise<Error> {
  try {
    await body();
  } catch (error) {
    return error as Error;
  }
  throw new Error("it did not throw");
}
