/** Classes over binary data and other natives: their objects arrive with class, properties and private fields. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pack } from "#heddle/pickle/pickle.js";
import { bothWays, refuses } from "./both-ways.js";
import { DESTINATIONS } from "./rig.js";

class Matrix extends Float64Array {
  readonly columns: number;
  #name: string;
  #reads = 0;
  constructor(size: number, columns: number, name: string) {
    super(size);
    // Where it runs on the way, it is not given any.
    if (!(columns > 0)) throw new RangeError("its constructor ran");
    this.columns = columns;
    this.#name = name;
  }
  facts(): unknown {
    return [
      this.#name,
      ++this.#reads,
      this.columns,
      this.length,
      this[1],
      this instanceof Matrix,
      this.constructor.name,
    ];
  }
}
class Big extends BigInt64Array {
  #scale = 2n;
  get scaled(): bigint {
    return (this[0] ?? 0n) * this.#scale;
  }
}
class Header extends DataView<ArrayBuffer> {
  #magic = 7;
  get version(): number {
    return this.getUint8(1) + this.#magic;
  }
}
class Arena extends ArrayBuffer {
  #used = 3;
  label = "arena";
  get used(): number {
    return this.#used;
  }
}
class SharedArena extends SharedArrayBuffer {
  #used = 4;
  get used(): number {
    return this.#used;
  }
}
class Plain extends Uint8Array {
  sum(): number {
    return this.reduce((a, b) => a + b, 0);
  }
}
class Packet extends Buffer {
  text(): string {
    return `${this}`;
  }
}
const packet = Object.setPrototypeOf(Buffer.from("bytes"), Packet.prototype) as Packet;

type Secret = { secret(): unknown; own?: unknown };
type Constructor = new (...args: never[]) => object;

/** An object of a class that extends the native one, with a private field and a property of its own. */
function extended<B extends Constructor>(base: B, ...args: unknown[]): Secret {
  class Extended extends (base as unknown as new (...args: unknown[]) => object) {
    #secret = 5;
    secret(): unknown {
      return [this.#secret, Object.prototype.toString.call(this), this instanceof base, this.constructor.name];
    }
  }
  return Object.assign(new Extended(...args), { own: { kind: base.name } });
}
const natives = (): Secret[] => [
  ...[extended(Map, [[1, 2]]), extended(Set, [1]), extended(Date, 5), extended(RegExp, "a", "g")],
  ...[extended(Error, "m"), extended(TypeError, "m"), extended(AggregateError, [1], "m")],
  ...[extended(Array, 1, 2), extended(Number, 5), extended(String, "abc"), extended(Boolean, true)],
];

const matrix = (): Matrix => Object.assign(new Matrix(6, 3, "m"), { note: { deep: [1] } });

bothWays(({ to, same, call }) => {
  test("typed array, of a class: private fields, own properties, items and class", async () => {
    const one = matrix();
    one[1] = 4.5;
    await same((m: Matrix) => [m.facts(), (m as Matrix & { note: unknown }).note, Object.keys(m).length], one);
    const back = await call((m: Matrix) => m.fill(2), matrix());
    assert.ok(back instanceof Matrix);
    assert.deepEqual(back.facts(), ["m", 1, 3, 6, 2, true, "Matrix"]);
    const big = new Big(2);
    big[0] = 21n;
    await same((b: Big) => [b.scaled, b.constructor.name, b instanceof BigInt64Array], big);
    await same(
      (p: Plain) => [p.sum(), p instanceof Plain, p.map((x) => x + 1) instanceof Plain],
      Plain.of(1, 2) as Plain,
    );
  });

  test("typed array, of a class, with a million items: private fields and own properties", async () => {
    const large = Object.assign(new Matrix(1_000_000, 1000, "large"), { note: 1 });
    const facts = (m: Matrix & { note?: number }): unknown => [m.facts(), m.note, m.at(-1)];
    large[999_999] = 8;
    const start = performance.now();
    await same(facts, large);
    assert.ok(performance.now() - start < 5000, "its items are not listed");
  });

  test("DataView and ArrayBuffer, of a class: private fields, own properties and class", async () => {
    const header = Object.assign(new Header(new ArrayBuffer(4), 1), { note: 1 });
    header.setUint8(1, 3);
    await same((h: typeof header) => [h.version, h.note, h.byteOffset, h.byteLength, h instanceof Header], header);
    const arena = new Arena(8);
    await same((a: Arena) => [a.used, a.label, a.byteLength, a instanceof Arena, a.constructor.name], arena);
  });

  test("views and buffer, of classes: what shares a buffer still shares it", async () => {
    const arena = new Arena(16);
    const views = { arena, header: new Header(arena, 4), words: new Uint32Array(arena), part: new Plain(arena, 4, 2) };
    const share = ({ arena, header, words, part }: typeof views): unknown => {
      words[1] = 0x0102;
      return [
        ...[header.buffer === arena, words.buffer === arena, part.buffer === arena],
        ...[header.version, part.sum(), arena.used, new Uint8Array(arena).slice(4, 6)],
      ];
    };
    await same(share, views);
    await same(({ words }: { words: Uint32Array }) => (words.buffer as Arena).used, { words: views.words });
  });

  test("Buffer, of a class: class and bytes", async () => {
    await same((p: Packet) => [p.text(), p instanceof Packet, Buffer.isBuffer(p), p.length], packet);
  });

  test("Map, Set, Date, RegExp, errors, Array and boxed values, of a class: private fields and own properties", async () => {
    const facts = (each: Secret): unknown => [each.secret(), each.own, String(each)];
    for (const each of natives()) await same(facts, each);
  });

  if (to === "thread") {
    test("SharedArrayBuffer, of a class: shared, with private fields", async () => {
      const shared = new SharedArena(8);
      const cells = new Int32Array(shared);
      const add = (s: SharedArena, c: Int32Array): unknown => [s.used, Atomics.add(c, 0, 5), c.buffer === s];
      assert.deepEqual(await call(add, shared, cells), [4, 0, true]);
      assert.equal(cells[0], 5);
      const growing = Object.assign(new SharedArrayBuffer(4, { maxByteLength: 8 }), { note: 1 });
      const grown = await call((view: Uint8Array) => {
        (view.buffer as SharedArrayBuffer & { grow(size: number): void }).grow(8);
        return [view.length, (view.buffer as typeof view.buffer & { note: number }).note];
      }, new Uint8Array(growing));
      assert.deepEqual(grown, [8, 1]);
    });

    test("ArrayBuffer, of a class, transferred: private fields and class", async () => {
      const arena = new Arena(8);
      const { body, transfer } = pack({ arena }, { to: DESTINATIONS[to], name: "args", transfer: [arena] });
      structuredClone(body, { transfer: transfer as never });
      assert.equal(arena.byteLength, 0);
    });
  }
});

test("Promise and WeakMap, of a class, are refused as what they are", () => {
  class Later extends Promise<number> {}
  class Weak extends WeakMap {}
  refuses({ a: Later.resolve(1) }, /Cannot send item\.a: it is a Promise/);
  refuses({ a: new Weak() }, /Cannot send item\.a: it is a WeakMap/);
});
