/** Prototypes that nobody can name arrive once, and again with each message. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Away } from "./rig.js";

interface Odd {
  readonly value: number;
  readonly twice: number;
  hello(): number;
}

const prototype = Object.defineProperties(
  {
    hello(this: Odd): number {
      return this.value;
    },
  },
  {
    twice: {
      get(this: Odd) {
        return this.value * 2;
      },
    },
    fixed: { value: () => 1 },
    writable: { value: 1, writable: true },
  },
);
const make = (value: number): Odd => Object.assign(Object.create(prototype), { value });

for (const to of ["thread", "process"] as const)
  test(`fixed accessors and values of one that has arrived stay, in a ${to} and on the way back`, async () => {
    await using away = new Away(to);
    for (const value of [1, 2, 3]) {
      assert.deepEqual(await away.call((odd: Odd) => [odd.twice, odd.hello()], [make(value)]), [value * 2, value]);
      const back = await away.call((n: number) => make(n), [value]);
      assert.deepEqual([back.twice, back.hello()], [value * 2, value]);
    }
  });

test("objects made away, of a prototype that is made away, come home again and again", async () => {
  await using away = new Away("thread");
  const remote = await away.call(() => {
    const proto = Object.defineProperty({}, "double", {
      get(this: { n: number }) {
        return this.n * 2;
      },
    });
    return (n: number): { double: number } => Object.assign(Object.create(proto), { n });
  });
  assert.equal(remote(2).double, 4);
  const makers = await away.call((f: typeof remote) => [f(1), f(2)].map((each) => each.double), [remote]);
  assert.deepEqual(makers, [2, 4]);
});
