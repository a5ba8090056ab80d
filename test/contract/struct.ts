/** struct: layout, what fields hold and refuse, how classes and objects travel. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { Struct } from "heddle/shared";
import { Thread } from "heddle/threading";
import { layoutOf, slotBytes } from "#heddle/shared/struct-layout.js";
import type { Classes } from "../rig/realms.js";

export function structContract({ Queue, struct }: Classes): void {
  const Particle = struct({
    alive: "bool",
    mass: "f64",
    name: "string(8)",
    pos: { x: "f32", y: "f32" },
    trail: [{ x: "i16", y: "i16" }, 3],
    tags: ["string(4)", 2],
    spins: ["i8", 4],
    serial: "u64",
  });

  describe("layoutOf", () => {
    const offsets = (fields: Parameters<typeof layoutOf>[0]): number[] =>
      [...layoutOf(fields, 0).fields.values()].map(({ at }) => at);

    test("aligns each field to its size and leaves no more room than that", () => {
      assert.deepEqual(offsets({ a: "i8", b: "f64", c: "i16", d: "i32", e: "bool", f: "u16" }), [0, 8, 16, 20, 24, 26]);
      assert.equal(layoutOf({ a: "i8" }, 0).size, 8);
      assert.deepEqual(offsets({ a: "i8", text: "string(5)", b: "u8" }), [0, 4, 4 + 4 + 2 * slotBytes(5)]);
      assert.deepEqual(offsets({ a: "u8", list: ["u16", 3], b: "u8" }), [0, 2, 8]);
    });

    test("no two fields of a random layout overlap, all are aligned", () => {
      const kinds = ["i8", "u16", "i32", "f64", "bool", "string(3)", ["u16", 3], { x: "i8", y: "i64" }] as const;
      let seed = 7;
      const next = (n: number): number => (seed = (seed * 48271) % 2147483647) % n;
      for (let round = 0; round < 300; round++) {
        const fields = Object.fromEntries(Array.from({ length: 1 + next(8) }, (_, i) => [`f${i}`, kinds[next(8)]!]));
        const { fields: placed, size } = layoutOf(fields, 4);
        let end = 0;
        for (const field of placed.values()) {
          assert.ok(field.at >= end);
          end = field.at + field.size;
          if (field.type === "number") assert.equal(field.at % field.size, 0);
        }
        assert.ok(size >= end);
      }
    });
  });

  describe("struct", () => {
    test("fields begin with zeroes, or with what is given", () => {
      assert.deepEqual(new Particle().toJSON(), {
        alive: false,
        mass: 0,
        name: "",
        pos: { x: 0, y: 0 },
        trail: Array(3).fill({ x: 0, y: 0 }),
        tags: ["", ""],
        spins: [0, 0, 0, 0],
        serial: 0n,
      });
      const p = new Particle({
        alive: true,
        name: "muon",
        pos: { y: 2 },
        trail: [{ x: 1 }, { y: -1 }],
        spins: [-128, 127],
      });
      assert.deepEqual([p.alive, p.name, p.pos.x, p.pos.y, p.trail[1]!.y], [true, "muon", 0, 2, -1]);
      assert.deepEqual([...p.spins], [-128, 127, 0, 0]);
      assert.match(inspect(p), /name: 'muon'/);
    });

    test("every kind of number reads back what was written", () => {
      const All = struct({
        a: "i8",
        b: "u8",
        c: "i16",
        d: "u16",
        e: "i32",
        f: "u32",
        g: "i64",
        h: "u64",
        i: "f32",
        j: "f64",
      });
      const all = new All({
        a: -56,
        b: 255,
        c: -25536,
        d: 65535,
        e: -1,
        f: 2 ** 32 - 1,
        g: -1n,
        h: 2n ** 64n - 1n,
        i: 0.1,
        j: 0.1,
      });
      assert.deepEqual(Object.values(all.toJSON()), [
        ...[-56, 255, -25536, 65535, -1, 2 ** 32 - 1],
        ...[-1n, 2n ** 64n - 1n, Math.fround(0.1), 0.1],
      ]);
    });

    test("nested fields and items are views: assigning copies into them", () => {
      const p = new Particle();
      const { pos } = p;
      p.pos = { x: 3, y: 4 };
      assert.deepEqual([pos.x, pos.y], [3, 4]);
      p.trail[0] = p.trail[2] = { x: 9, y: 8 };
      p.trail.at(-1)!.x = 7;
      assert.deepEqual(p.toJSON()["trail"], [
        { x: 9, y: 8 },
        { x: 0, y: 0 },
        { x: 7, y: 8 },
      ]);
      p.tags.set(-1, "€");
      assert.deepEqual([...p.tags], ["", "€"]);
    });

    test("structs nest: fields and arrays of another struct", () => {
      const Point = struct({ x: "f64", y: "f64" });
      const Line = struct({ from: Point, through: [Point, 2] });
      const line = new Line({ from: { x: 1 }, through: [{ y: 2 }] });
      line.through[1] = line.from;
      assert.deepEqual(line.toJSON(), {
        from: { x: 1, y: 0 },
        through: [
          { x: 0, y: 2 },
          { x: 1, y: 0 },
        ],
      });
    });

    test("equal fields give one class", () => {
      assert.equal(struct({ a: "i8", b: { c: "f64" } }), struct({ a: "i8", b: { c: "f64" } }));
      assert.notEqual(struct({ a: "i8" }), struct({ a: "u8" }));
    });

    test("wrong fields and values are refused by name", () => {
      const bad = (fields: unknown, name: string, message: RegExp): void =>
        assert.throws(() => struct(fields as { a: "i8" }), { name, message });
      bad({ a: "i9" }, "RangeError", /field a must be one of i8, .* or string\(bytes\), got "i9"/);
      bad({ a: { b: "string(0)" } }, "RangeError", /field a\.b/);
      bad({ a: ["i8", 0] }, "RangeError", /field a must be \[type, count\] with a count of 1 or more, got 0/);
      bad({ a: 5 }, "TypeError", /field a must be a kind, .* got 5/);
      bad({}, "TypeError", /an object with at least one field/);
      bad({ dispose: "i8" }, "TypeError", /a field cannot be called dispose/);
      bad({ a: { toJSON: "i8" } }, "TypeError", /a field cannot be called toJSON/);
      bad({ a: Struct }, "TypeError", /field a/);
      const p = new Particle({ name: "12345678" });
      assert.throws(() => (p.name = "12345678€"), {
        name: "RangeError",
        message: /name has room for 8 bytes of UTF-8, got 11/,
      });
      assert.throws(() => (p.pos.x = "1" as never), {
        name: "TypeError",
        message: /field of kind f32: pos\.x must be a number/,
      });
      assert.throws(() => (p.spins[4] = 1), { name: "RangeError", message: /index .* from -4 to 3, got 4/ });
      assert.throws(() => new Particle({ speed: 1 } as never), { name: "TypeError", message: /has no field "speed"/ });
      assert.throws(() => new Particle({ spins: [1, 2, 3, 4, 5] }), {
        name: "RangeError",
        message: /room for 4 items, got 5/,
      });
      assert.equal(p.name, "12345678");
      p.dispose();
      assert.throws(() => p.mass, { name: "RuntimeError", message: /disposed/ });
    });

    test("objects and classes travel: the same memory, the same class", async () => {
      const p = new Particle({ name: "pi" });
      const queue = new Queue<Struct>();
      const thread = new Thread({
        target: () => {
          p.pos.x = 0.5;
          const made = new Particle({ name: `anti-${p.name}` });
          queue.putSync(made);
          return p instanceof Particle && made instanceof Particle;
        },
      }).start();
      assert.equal(await thread.result(), true);
      const made = (await queue.get()) as InstanceType<typeof Particle>;
      assert.ok(made instanceof Particle);
      assert.deepEqual([p.pos.x, made.name], [0.5, "anti-pi"]);
    });

    test("a class that extends a struct travels with its methods", async () => {
      class Account extends struct({ owner: "string(16)", cents: "i64" }) {
        deposit(cents: bigint): bigint {
          this.cents += cents;
          return this.cents;
        }
      }
      const account = new Account({ owner: "Ada", cents: 100n });
      const result = await new Thread({ target: () => account.deposit(5n) }).start().result();
      assert.deepEqual([result, account.cents, account.owner], [105n, 105n, "Ada"]);
    });

    test("text never tears between writers and readers", async () => {
      const Line = struct({ text: "string(400)" });
      const line = new Line({ text: "a".repeat(400) });
      const writers = ["a", "b"].map((letter) =>
        new Thread({
          target: () => {
            for (let i = 1; i < 3000; i++) line.text = letter.repeat(1 + (i % 400));
            return true;
          },
        }).start(),
      );
      const done = Promise.all(writers.map((writer) => writer.result()));
      let over = false;
      void done.then(() => (over = true));
      while (!over) {
        assert.match(line.text, /^(?:a+|b+)$/);
        await new Promise(setImmediate);
      }
    });
  });
}
