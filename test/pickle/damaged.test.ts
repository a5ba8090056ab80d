/**
 * Bytes with a right checksum that `dumps` did not make, or made elsewhere: a value or a PickleError, nothing else.
 * HEDDLE_SEED=N repeats a run, HEDDLE_SOAK=N sets the number of graphs.
 */
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, test } from "node:test";
import { pathToFileURL } from "node:url";
import { serialize } from "node:v8";
import { dumps, loads, loadsAsync, PickleError, register } from "heddle/pickle";
import { Queue } from "heddle/queue";
import { SharedDict } from "heddle/shared";
import { triple } from "./fixtures/library.js";
import { randomGraph, randomNumbers } from "./random-values.js";

const seed = Number(process.env["HEDDLE_SEED"] ?? Date.now() % 1e9);
const rounds = Number(process.env["HEDDLE_SOAK"] ?? 40);
const BODY_AT = 21;

/** @returns a pickle of that body, with the checksum that belongs to it */
function sealed(body: Uint8Array): Uint8Array {
  const head = Buffer.from("HDLP\x01", "latin1");
  const check = createHash("sha256").update(head).update(body).digest().subarray(0, 16);
  return Buffer.concat([head, check, body]);
}

class Account {
  #balance = 3;
  static readonly made = new Map([["a", 1]]);
  get balance(): number {
    return this.#balance;
  }
}

class Odd {
  readonly n: number;
  constructor(n: number) {
    this.n = n;
  }
}
register(Odd, {
  reduce: ({ n }: Odd) => n,
  revive: (n: number) => {
    if (n === 13) throw new RangeError("13 is not odd enough");
    return new Odd(n);
  },
});

const rate = 2;
const KINDS: readonly (() => unknown)[] = [
  () => ({ f: (n: number) => triple(n) * rate, list: [1, new Map([["a", new Date(3)]])], b: Buffer.from("abc") }),
  () => [new Account(), Account],
  () => [new Odd(3), Symbol.for("x"), Symbol("own"), new URL("https://a.b/c"), new Headers({ a: "b" })],
  () => Object.freeze([new DataView(new ArrayBuffer(8), 2), new Float64Array([1, 2]), [1, , 3], 12n, /x/g]),
  () => new AggregateError([new TypeError("x", { cause: new Error("y") })], "z"),
  () => Object.defineProperty({ plain: 1 }, "hidden", { get: () => rate }),
  () => Math.max,
];

type Damage = (body: Buffer, next: (below: number) => number) => Buffer;
const DAMAGES: readonly Damage[] = [
  (body, next) => {
    body[next(body.length)] = next(256);
    return body;
  },
  (body, next) => {
    for (let i = 0; i < 4; i++) body[next(body.length)]! ^= 1 << next(8);
    return body;
  },
  (body, next) => body.subarray(0, next(body.length)),
  (body, next) => Buffer.concat([body.subarray(0, next(body.length)), body.subarray(next(body.length))]),
  (body, next) => {
    const [from, to, length] = [next(body.length), next(body.length), next(12)];
    body.copy(body, to, from, Math.min(from + length, body.length));
    return body;
  },
  (body, next) => body.fill(next(2) * 255, next(body.length)),
];

async function refusal(bytes: Uint8Array): Promise<boolean> {
  const refused = new Set<boolean>();
  for (const load of [loads, loadsAsync]) {
    try {
      await load(bytes);
      refused.add(false);
    } catch (error) {
      assert.ok(error instanceof PickleError, `${(error as Error).stack}`);
      refused.add(true);
    }
  }
  return refused.has(true);
}

test("random damage, with the checksum made right again", async (t) => {
  t.diagnostic(`HEDDLE_SEED=${seed}`);
  const random = randomNumbers(seed);
  const next = (below: number): number => Math.floor(random() * below);
  let refused = 0;
  for (let round = 0; round < rounds; round++) {
    const value = round < KINDS.length ? KINDS[round]!() : randomGraph(random, 2 + (round % 30));
    const body = Buffer.from(dumps(value).subarray(BODY_AT));
    for (let turn = 0; turn < 40; turn++) {
      const damaged = DAMAGES[next(DAMAGES.length)]!(Buffer.from(body), next);
      if (await refusal(sealed(damaged))) refused++;
    }
  }
  assert.ok(refused > rounds, `${refused} refused`);
});

describe("foreign bytes", () => {
  const far = Object.assign(new Array(2 ** 32 - 1), { 3: [1] });
  const FOREIGN: Readonly<Record<string, unknown>> = {
    "a number": 5,
    null: null,
    "an array": [],
    "no root": { nodes: [] },
    "a root that is no entry": { root: "text" },
    "a root of nothing": { root: null },
    "a root without nodes": { root: 0 },
    "a root beyond the nodes": { root: 7, nodes: [{ t: "object" }], order: [0] },
    "nodes that are no list": { root: 0, nodes: { length: 1 } },
    "a node that is none": { root: 0, nodes: [null], order: [0] },
    "an unknown node": { root: 0, nodes: [{ t: "x".repeat(10_000) }], order: [0] },
    "an order beyond the nodes": { root: 0, nodes: [{ t: "object" }], order: [0, 2 ** 31] },
    "a negative order": { root: 0, nodes: [{ t: "object" }], order: [-1] },
    "an endless order": { root: 0, nodes: [{ t: "object" }], order: far },
    "endless nodes": { root: 0, nodes: far, order: [0] },
    "an endless set": { root: 0, nodes: [{ t: "set", items: far }], order: [0] },
    "an endless map": { root: 0, nodes: [{ t: "map", entries: far }], order: [0] },
    "endless arguments": {
      root: 0,
      nodes: [{ t: "bound", target: [() => 1], self: [0], args: far }].slice(1),
      order: [0],
    },
    "endless variables": { root: 0, nodes: [{ t: "function", origin: "x", code: {}, env: far, late: [] }], order: [0] },
    "endless keys": {
      root: 0,
      nodes: [{ t: "class", origin: "x", code: {}, env: [], late: [], parts: { keys: far } }],
      order: [0],
    },
    "a view beyond its buffer": {
      root: 0,
      nodes: [{ t: "view", kind: "%Float64Array%", buffer: [new ArrayBuffer(8)], at: 0, length: 2 ** 40 }],
      order: [0],
    },
    "source that is none": {
      root: 0,
      nodes: [
        {
          ...{ t: "function", origin: "nowhere:1", interned: false, name: "f", env: [], late: [] },
          code: { source: "(((", filename: "x.js", line: 0, column: 0, strict: true, url: "file:///x.js", at: [0, 0] },
        },
      ],
      order: [0],
    },
  };
  for (const [name, packet] of Object.entries(FOREIGN)) {
    test(name, async () => {
      assert.ok(await refusal(sealed(serialize(packet))));
    });
  }

  test("what is no serialised value at all", async () => {
    for (const body of [
      Buffer.alloc(0),
      Buffer.alloc(100),
      Buffer.from([0xff, 0x0f, 0x41, 0xff, 0xff, 0xff, 0xff, 0x7f]),
    ]) {
      assert.ok(await refusal(sealed(body)));
    }
  });
});

test("a module that is not there is a PickleError with the cause", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "heddle-damaged-"));
  const file = path.join(folder, "gone.mjs");
  writeFileSync(file, "export const gone = () => 1; export class Gone {}");
  const { gone, Gone } = (await import(pathToFileURL(file).href)) as { gone: () => number; Gone: new () => object };
  const bytes = [dumps(gone), dumps(new Gone())];
  rmSync(folder, { recursive: true });
  // Elsewhere: this thread has the module already.
  const { Thread } = await import("heddle/threading");
  const load = async (saved: Uint8Array): Promise<string[]> => {
    const { loads, loadsAsync } = await import("heddle/pickle");
    const said: string[] = [];
    for (const way of [loads, loadsAsync]) {
      try {
        await way(saved);
      } catch (error) {
        said.push(
          `${(error as Error).name}: ${(error as Error).message} / ${((error as Error).cause as { code?: string })?.code}`,
        );
      }
    }
    return said;
  };
  for (const saved of bytes) {
    const said = await new Thread({ target: load, args: [saved] }).start().result();
    assert.match(said[0]!, /^PickleError: Cannot load these bytes: .*gone\.mjs.* \/ \w*MODULE_NOT_FOUND$/);
    assert.match(said[1]!, /^PickleError: Cannot load these bytes: .*gone\.mjs.* \/ \w*MODULE_NOT_FOUND$/);
  }
});

test("what a revive function throws is the cause", async () => {
  const bytes = dumps(new Odd(13));
  for (const load of [() => loads(bytes), () => loadsAsync(bytes)]) {
    await assert.rejects(
      async () => load(),
      (error) => {
        assert.ok(error instanceof PickleError);
        assert.match(error.message, /13 is not odd enough/);
        assert.ok(error.cause instanceof RangeError);
        return true;
      },
    );
  }
});

describe("error messages show no more of a value than its beginning", () => {
  const secret = `${"s".repeat(70)}ecret`;
  const generator = (function* () {})();
  const queue = new Queue();
  const FAILING: Readonly<Record<string, () => unknown>> = {
    "a property": () => dumps({ [secret]: generator }),
    "a key of a map": () => dumps(new Map([[secret, generator]])),
    "a symbol": () => dumps({ [Symbol(secret)]: generator }),
    "an item of a queue": () => queue.putNowait({ [secret]: generator } as never),
    "a name": () => dumps({ f: Object.defineProperty(class {}, "name", { value: secret }), generator }),
    "a stored value": () => new SharedDict([["k", secret]]).add("k" as never, 1 as never),
    "a key": () => new SharedDict([[secret, "text"]]).add(secret, 1 as never),
    "a huge number": () => new Queue(BigInt(`1${"0".repeat(80)}`) as never),
    "an option": () => queue.get({ [secret]: 1 } as never),
  };
  for (const [name, failing] of Object.entries(FAILING)) {
    test(name, async () => {
      await assert.rejects(
        async () => failing(),
        (error) => {
          assert.ok(error instanceof Error);
          for (const text of [error.message, String((error as PickleError).path ?? "")]) {
            assert.doesNotMatch(text, /s{65}|ecret|0{65}/);
            assert.ok(text.length < 600, text);
          }
          return true;
        },
      );
    });
  }
});
