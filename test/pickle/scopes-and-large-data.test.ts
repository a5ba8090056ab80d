/** Names and scopes; large, sparse, cyclic and shared data. */
import { test } from "node:test";
import { bothWays, refuses } from "./both-ways.js";

const base = 40;

interface Link {
  readonly next: Link | null;
}

bothWays(({ same }) => {
  test("G61 shadowing in block, parameter, catch, switch, for, class name, function in a block", () =>
    same((n: number) => {
      const seen: unknown[] = [base];
      {
        const base = 1;
        seen.push(base);
      }
      seen.push(((base: number) => base)(2));
      try {
        throw 3;
      } catch (base) {
        seen.push(base);
      }
      switch (n) {
        case 1: {
          const base = 4;
          seen.push(base);
        }
      }
      for (const base of [5]) seen.push(base);
      const Named = class base {
        static me = (): string => base.name;
      };
      {
        function base(): number {
          return 6;
        }
        seen.push(base());
      }
      return [...seen, Named.me(), base];
    }, 1));

  test("G62 hoisting, a parameter called arguments, labels, shorthand, keys", async () => {
    const hoisted = new Function(
      "return function (arguments_) { label: for (;;) { found = base; break label; } var found, base; " +
        "return { found, base: 1, label: typeof arguments }; }",
    )() as () => unknown;
    await same(hoisted);
    const shorthand = { base, n: 1 };
    await same(() => ({ base, inner: { base: shorthand.base }, keys: Object.keys(shorthand) }));
  });

  test("G63 typeof of a name that nobody declared", () =>
    same(new Function("return typeof undeclaredAnywhere") as () => string));

  test("G64 a global that the program added is refused", () => {
    Object.assign(globalThis, { addedByGroup: 1 });
    try {
      const fn = new Function("return () => addedByGroup")() as () => unknown;
      refuses(fn, /the global 'addedByGroup', which this program added at run time.*import it/);
    } finally {
      Reflect.deleteProperty(globalThis, "addedByGroup");
    }
  });

  test("G65 closures made in loops", async () => {
    const made: (() => number)[] = [];
    for (let i = 0; i < 3; i++) made.push(() => i);
    for (const i of [7, 8]) made.push(() => i);
    await same(() => made.map((f) => f()));
  });

  test("G66 variables that come from destructuring", async () => {
    const [first, { deep = 9, ...others }, ...rest] = [1, { a: 2 } as { a: number; deep?: number }, 3, 4];
    await same(() => [first, deep, others, rest]);
  });

  test("G67 a million numbers, and a list of 100,000 links", async () => {
    const numbers = Array.from({ length: 1e6 }, (_, i) => i);
    await same((list: number[]) => [list.length, list[999_999]], numbers);
    let list: Link | null = null;
    for (let i = 0; i < 1e5; i++) list = { next: list };
    await same((head: Link | null) => {
      let length = 0;
      for (let link = head; link; link = link.next) length++;
      return length;
    }, list);
  });

  test("G68 arrays with holes and with other properties", async () => {
    const sparse = [1, , 3] as number[];
    const both = Object.assign([1, , 3], { extra: () => base });
    await same((a: number[]) => [a.length, 1 in a, Object.keys(a)], sparse);
    await same((a: typeof both) => [a.length, 1 in a, Object.keys(a), a.extra()], both);
    await same((a: unknown[]) => [a.length, Object.keys(a)], Object.assign(new Array(5), { 4: () => 1 }));
  });

  test("G69 cycles through keys of a map, a set, a property of a function, an accessor", async () => {
    const map = new Map<unknown, unknown>();
    map.set(map, new Set([map]));
    await same((m: typeof map) => m.has(m) && (m.get(m) as Set<unknown>).has(m), map);
    const fn = Object.assign(() => base, { holder: {} as Record<string, unknown> });
    fn.holder["back"] = fn;
    await same((f: typeof fn) => f.holder["back"] === f, fn);
    const object: Record<string, unknown> = {};
    Object.defineProperty(object, "me", { get: () => object, enumerable: true });
    await same((o: typeof object) => o["me"] === o, object);
  });

  test("G70 one object captured by two functions", async () => {
    const shared = { n: 1 };
    const [set, get] = [(o: object) => o === shared, () => shared];
    await same((f: typeof set, g: typeof get) => f(g()), set, get);
  });
});
