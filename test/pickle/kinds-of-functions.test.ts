/** Kinds of functions, and functions that call each other. */
import { test } from "node:test";
import { bothWays } from "./both-ways.js";

const base = 40;
function factorial(n: number): number {
  return n < 2 ? 1 : n * factorial(n - 1);
}
const even = (n: number): boolean => n === 0 || odd(n - 1);
const odd = (n: number): boolean => n !== 0 && even(n - 1);

class Tree {
  readonly children: Tree[];
  constructor(depth: number) {
    this.children = grow(depth);
  }
  get size(): number {
    return 1 + total(this.children);
  }
}
const grow = (depth: number): Tree[] => (depth === 0 ? [] : [new Tree(depth - 1), new Tree(depth - 1)]);
const total = (trees: readonly Tree[]): number => trees.reduce((sum, tree) => sum + tree.size, 0);

bothWays(({ same }) => {
  test("G1 arrow with an expression", () => same((a: number, b: number) => a + b + base, 1, 2));

  test("G2 arrow with a block", () =>
    same(
      (list: number[]) => {
        let sum = base;
        for (const n of list) sum += n;
        return { sum };
      },
      [1, 2],
    ));

  test("G3 async arrow", () => same(async (n: number) => (await Promise.resolve(n)) + base, 2));

  test("G4 async function", () =>
    same(async function later(n: number): Promise<number> {
      await null;
      return n + base;
    }, 2));

  test("G5 generator", async () => {
    function* upTo(n: number): Generator<number, string> {
      for (let i = 0; i < n; i++) yield i + base;
      return "done";
    }
    await same(() => {
      const steps = upTo(2);
      return [steps.next(), steps.next(), steps.next()];
    });
    await same((make: typeof upTo) => [...make(3)], upTo);
  });

  test("G6 async generator", async () => {
    async function* slowly(): AsyncGenerator<number> {
      yield base;
      yield* [1, 2];
    }
    await same(async () => {
      const seen: number[] = [];
      for await (const n of slowly()) seen.push(n);
      return seen;
    });
  });

  test("G7 recursion by the name of a function expression", () =>
    same(function fib(n: number): number {
      return n < 2 ? n : fib(n - 1) + fib(n - 2);
    }, 12));

  test("G8 recursion of a declaration", () => same(factorial, 10));

  test("G9 mutual recursion", async () => {
    await same(even, 10);
    await same((f: typeof even, g: typeof odd) => [f(3), g(3)], even, odd);
  });

  test("G10 a cycle of three with a class in it", async () => {
    await same(() => new Tree(3).size);
    await same(total, [new Tree(2)]);
    await same((f: typeof grow) => total(f(2)), grow);
  });
});
