/** Programs that the compiler must accept, with the types it must find. It is compiled with the tests; nothing runs. */
import { Pool, Process, ThreadPool } from "heddle/multiprocessing";
import { dumps, loads, register } from "heddle/pickle";
import { type Lock, Once, RWLock, Thread } from "heddle/threading";

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
