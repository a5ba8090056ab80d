/** Functions that are easily taken for another one: of the same text, of the same name. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { pack } from "#heddle/pickle/pickle.js";
import { bothWays, refuses } from "./both-ways.js";
import unnamed, { make } from "./fixtures/unnamed.js";
import { DESTINATIONS } from "./rig.js";

function memo(fn: (n: number) => number): (n: number) => number {
  const results = new Map<number, number>();
  return (n) => {
    if (!results.has(n)) results.set(n, fn(n));
    return results.get(n) as number;
  };
}

// biome-ignore lint/suspicious/noFunctionAssign: it is what is tested
function fib(n: number): number {
  return n < 2 ? n : fib(n - 1) + fib(n - 2);
}
const plainFib = fib;
// @ts-expect-error: a decorated function, as scripts do it
fib = memo(fib);

// biome-ignore lint/suspicious/noFunctionAssign: it is what is tested
function lazy(): number {
  // @ts-expect-error: it replaces itself
  lazy = () => 42;
  return 1;
}

const down = "another value";
const named = function down(n: number): number {
  return n === 0 ? 0 : down(n - 1);
};

class Swapped {
  static first(): string {
    return "static first";
  }
  static second(): string {
    return "static second";
  }
  first(): string {
    return "first";
  }
  second(): string {
    return "second";
  }
  get third(): string {
    return "third";
  }
  kept(): string {
    return "kept";
  }
}
Swapped.prototype.first = Swapped.prototype.second;
Swapped.first = Swapped.second;
Object.defineProperty(Swapped.prototype, "third", { get: Swapped.prototype.kept });
// @ts-expect-error: taken away
Swapped.prototype.kept = undefined;

const one = "one";
const two = "two";
class Computed {
  [one](): number {
    return 1;
  }
  [two](): number {
    return 2;
  }
}
Computed.prototype[one] = Computed.prototype[two];

bothWays(({ call, to }) => {
  test("a function with the text of its module's unnamed default export is not that", async () => {
    const five = make(5);
    assert.equal(await call(() => five()), 5);
    assert.equal(await call(make(6)), 6);
    assert.equal(await call(unnamed), 99);
  });

  test("a declared function that was replaced since calls what replaced it", async () => {
    // Without the memory of results this would take years.
    assert.equal(await call(fib, 90), fib(90));
    assert.equal(await call(plainFib, 90), fib(90));
    assert.equal(await call((n: number) => [plainFib.name, plainFib(n)], 80).then((r) => r[0]), "fib");
  });

  test("sent on, it still does", async () => {
    const back = await call(() => plainFib);
    assert.equal(back(85), fib(85));
    assert.equal(await call(back, 86), fib(86));
  });

  test("a function expression keeps its own name, whatever that is outside", async () => {
    assert.equal(await call(named, 3), 0);
    assert.equal(down, "another value");
  });

  test("a method replaced by another one of its class", async () => {
    const seen = (): unknown => {
      const { first, second, third, kept } = new Swapped();
      return [Swapped.first(), Swapped.second(), first(), second(), third, kept];
    };
    const expected = ["static second", "static second", "second", "second", "kept", undefined];
    assert.deepEqual(seen(), expected);
    assert.deepEqual(await call(seen), expected);
    const back = await call(() => Swapped);
    assert.deepEqual(await call(() => [new Computed()[one](), new Computed()[two]()]), [2, 2]);
    assert.deepEqual(await call(() => [new back().first(), back.first(), new back().second()]), [
      ...["second", "static second", "second"],
    ]);
  });

  test("an unnamed default export still travels by reference", () => {
    assert.match(JSON.stringify(pack(unnamed, { to: DESTINATIONS[to], name: "fn" }).body), /fixtures\/unnamed\.js/);
  });
});

test("a declared function that replaces itself is refused", () => {
  refuses(lazy, /assigns to the captured variable 'lazy'/);
});
