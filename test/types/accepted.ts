/** Programs that the compiler must accept, with the types it must find. It is compiled with the tests; nothing runs. */
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { dumps, loads, register } from "heddle/pickle";
import { type Lock, Once, RWLock, Thread, Timer } from "heddle/threading";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_ extends true>(): void => {};

export async function infers(): Promise<void> {
  const thread = new Thread({ target: (n: number, text: string) => text.repeat(n), args: [2, "x"] });
  const text = await thread.result();
  is<Same<typeof text, string>>();
  const number = await new Process({ target: async () => 1 }).start().result();
  is<Same<typeof number, number>>();

  const pool = new Pool(1);
  const lengths = await pool.map((word) => word.length, ["warp", "weft"]);
  is<Same<typeof lengths, number[]>>();
  const later = await pool.map(async (n: number) => ({ n }), new Set([1]));
  is<Same<typeof later, { n: number }[]>>();
  const pairs: [string, number][] = [["a", 1]];
  const joined = await new ThreadPool(1).starmap((name: string, n: number) => name + n, pairs);
  is<Same<typeof joined, string[]>>();

  const bytes: Uint8Array = dumps({ anything: () => 1 });
  const back = loads<() => number>(bytes);
  is<Same<ReturnType<typeof back>, number>>();
}

/** Code that does not know its types passes. */
export function generic<A extends readonly unknown[], T, R>(
  target: (...args: A) => R,
  args: readonly [...A],
  fn: (item: T) => R,
  items: T[],
): [Thread<A, R>, Promise<Awaited<R>[]>] {
  return [new Thread({ target, args } as ConstructorParameters<typeof Thread<A, R>>[0]), new Pool(1).map(fn, items)];
}

export const untyped = (value: unknown): Thread<[unknown], string> =>
  new Thread({ target: (each: unknown) => String(each), args: [value] });

class Closed {
  readonly kind = "closed";
  private constructor() {}
  static make(): Closed {
    return new Closed();
  }
}
register(Closed, { reduce: (closed) => closed.kind, revive: (kind) => Closed.make() satisfies { kind: typeof kind } });

/** Synchronous bodies: all but promises. */
export function bodies<T>(lock: Lock, body: () => T, never: () => never): void {
  is<Same<ReturnType<typeof lock.withLockSync<T>>, T>>();
  const same: T = lock.withLockSync(body);
  const one: number = lock.withLockSync(() => 1);
  const object: { a?: string } = new RWLock().withReadSync(() => ({ a: "x" }));
  // biome-ignore lint/suspicious/noExplicitAny: who does not know the type may pass
  lock.withLockSync((): any => 1);
  lock.withLockSync(() => {});
  new Once().runSync(never);
  void [same, one, object];
}

declare const either: ((text: string) => number) | ((text: string) => string);
declare const unlike: ((text: string) => number) | ((text: string, times: number) => string);

/** Functions written in place: their parameters may have defaults, be optional, be many, and have no types of their own. */
export async function inPlace(): Promise<void> {
  const repeated = new Thread({ target: (text: string, times = 1) => text.repeat(times * 2), args: ["a"] });
  is<Same<Awaited<ReturnType<typeof repeated.result>>, string>>();
  new Thread({ target: (text: string, times = 1) => text.repeat(times), args: ["a", 2] });
  new Thread({ target: (text: string, times?: number) => text.repeat(times ?? 1), args: ["a"] });
  new Thread({ target: (text: string, ...rest: number[]) => text.repeat(rest.length), args: ["a", 1, 2] });
  new Thread({ target: (text: string, ...rest: number[]) => text.repeat(rest.length), args: ["a"] });
  new Thread({ target: (times = 1) => times * 2 });
  new Thread({ target: async (n: number, { deep = 2 } = {}) => n + deep, args: [1] });
  new Process({ target: (text: string, times = 1) => text.repeat(times * 2), args: ["a"] });
  new Timer(5, (text: string, times = 1) => text.repeat(times * 2), { args: ["a"] });
  new Timer(5, (times = 1) => times * 2, { daemon: true });
  const length = new Thread({ target: (text) => text.length, args: ["a"] });
  is<Same<Awaited<ReturnType<typeof length.result>>, number>>();
  type Options = { mode: "fast" | "slow"; at: [1, 2] };
  new Thread({ target: (options: Options, times = 1) => options.mode + times, args: [{ mode: "fast", at: [1, 2] }] });
  new Thread({ target: (all: number[], by: Map<string, number>) => all.length + by.size, args: [[1, 2], new Map()] });
  new Thread<[string], number>({ target: (text) => text.length, args: ["a"] });
}

/** One of several functions: what it gives is one of what they give. */
export async function unions(): Promise<void> {
  const thread = new Thread({ target: either, args: ["a"] });
  is<Same<Awaited<ReturnType<typeof thread.result>>, number | string>>();
  const child = new Process({ target: unlike, args: ["a", 1] });
  is<Same<Awaited<ReturnType<typeof child.result>>, number | string>>();
  const timer = new Timer(5, either, { args: ["a"] });
  is<Same<Awaited<ReturnType<typeof timer.result>>, number | string | undefined>>();
  const fixed: readonly [string, number] = ["a", 1];
  new Thread({ target: unlike, args: fixed });
  const threads: Thread<[string], number | string>[] = [];
  threads.push(new Thread({ target: either, args: ["a"] }));
}
