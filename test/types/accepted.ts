/** Programs that the compiler must accept, with the types it must find. It is compiled with the tests; nothing runs. */
import { asCompleted, type Executor, type Future, wait } from "heddle/futures";
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

// biome-ignore lint/suspicious/noExplicitAny: who does not know the type may pass
type Anything = any;
declare const anything: Anything;
declare const list: Anything[];
declare const nothing: never;

/** Arguments of which the compiler knows nothing. */
export async function unknownArguments(): Promise<void> {
  const thread = new Thread({ target: (n: number) => n, args: JSON.parse("[1]") });
  is<Same<Awaited<ReturnType<typeof thread.result>>, number>>();
  const target = (n: number, text: string): string => text.repeat(n);
  for (const args of [anything, nothing])
    void [new Thread({ target, args, name: "x" }), new Process({ target, args }), new Timer(5, target, { args })];
  void [
    new Thread({ target, args: anything }),
    new Thread({ target, args: nothing }),
    new Thread({ target, args: list }),
  ];
  void [new Process({ target, args: anything }), new Process({ target, args: nothing })];
  void [new Process({ target, args: list }), new Timer(5, target, { args: list })];
  void [new Timer(5, target, { args: anything }), new Timer(5, target, { args: nothing })];
  void [new Thread({ target, args: [anything, anything] }), new Thread({ target: anything, args: [1] })];
  void [new Thread(anything), new Process(anything), new Thread({ target: anything })];
  new Thread({ target: (n: number, times = 1) => n * times, args: anything });
  new Thread({ target: (n) => n, args: anything });
  new Thread({ target: (...all: string[]) => all.length, args: ["a", "b"] as string[] });
  const result = await new Process({ target: async (n: number) => n, args: anything }).start().result();
  is<Same<typeof result, number>>();
}

function run<A extends unknown[], R>(target: (...args: A) => R, ...args: A): Promise<Awaited<R>> {
  return new Thread({ target, args }).start().result();
}
function runElsewhere<A extends readonly unknown[], R>(target: (...args: A) => R, args: A): Promise<Awaited<R>> {
  return new Process({ target, args }).start().result();
}
function runOne<T, R>(target: (item: T) => R, item: T): Promise<Awaited<R>> {
  return new Thread({ target, args: [item] }).start().result();
}
function runLater<A extends Anything[], R>(target: (...args: A) => R, ...args: A): Promise<Awaited<R> | undefined> {
  return new Timer(1, target, { args }).start().result();
}

/** Functions that start what they are given. */
export async function wrappers(): Promise<void> {
  is<Same<Awaited<ReturnType<typeof run<[number], string>>>, string>>();
  const text = await run((n: number, text: string) => text.repeat(n), 1, "x");
  is<Same<typeof text, string>>();
  const count = await runElsewhere((n: number) => n, [1]);
  is<Same<typeof count, number>>();
  const shown = await runOne((n: number) => String(n), 1);
  is<Same<typeof shown, string>>();
  const later = await runLater(async (n: number) => n, 1);
  is<Same<typeof later, number | undefined>>();
}

class Job extends Thread {
  override run(): number {
    return 5;
  }
}
class TypedJob extends Thread<[number], string> {
  constructor(n: number) {
    super({ target: (each) => String(each), args: [n] });
  }
  override run(): string {
    return `${super.run()}!`;
  }
}
class Child extends Process<[number], string> {
  constructor(n: number) {
    super({ target: (each: number) => String(each), args: [n], daemon: true });
  }
}
class Later extends Timer<[number], string> {}
class Holder {
  thread?: Thread<[number], string>;
  child: Process<[], number> | undefined;
  start(): void {
    this.thread = new Thread({ target: (n: number) => String(n), args: [1] }).start();
    this.child = new Process({ target: () => 1 });
  }
}

export async function subclasses(): Promise<void> {
  const typed = await new TypedJob(1).start().result();
  is<Same<typeof typed, string>>();
  const child = await new Child(1).start().result();
  is<Same<typeof child, string>>();
  void [new Job({ name: "job" }).start(), new Later(1, (n: number) => String(n), { args: [1] }), new Holder().start()];
  for (const Each of [Thread, Process]) new Each({ target: (n: number) => n, args: [1] }).start();
}

/** Whatever they run, threads are threads: what they ran does not matter where somebody keeps them. */
export async function collections(): Promise<void> {
  const kept: Thread[] = [];
  const counted = new Thread({ target: (n: number) => n, args: [1] });
  kept.push(new Thread({ target: (n: number) => n, args: [1] }), counted, new Job(), new TypedJob(1));
  const never: Thread<never>[] = [];
  never.push(new Thread({ target: (n: number) => n, args: [1] }), counted);
  const any: Thread<Anything, Anything>[] = [new Thread({ target: (n: number) => n, args: [1] }), counted];
  const half: Thread<Anything>[] = [new Thread({ target: (n: number) => n, args: [1] })];
  const typed: Thread<[number], number>[] = [];
  typed.push(new Thread({ target: (n: number) => n, args: [1] }), new Thread({ target: (n) => n, args: [1] }), counted);
  const set = new Set<Thread<[number, string], string>>();
  set.add(new Thread({ target: (n: number, text: string) => text.repeat(n), args: [1, "x"] }));
  const children: Process[] = [];
  children.push(new Process({ target: (n: number) => n, args: [1] }), new Child(1));
  const mixed: (Thread<never> | Process<never>)[] = [];
  mixed.push(new Thread({ target: (n: number) => n, args: [1] }), new Process({ target: (n: number) => n, args: [1] }));
  for (const each of mixed) await each.start().join();
  void [any, half];
  const started = [1, 2].map((each) => new Thread({ target: (n: number) => n, args: [each] }).start());
  const numbers = await Promise.all(started.map((thread) => thread.result()));
  is<Same<typeof numbers, number[]>>();
}

export async function destructured(): Promise<void> {
  const { a, b } = await new Thread({ target: (n: number) => ({ a: n, b: "x" }), args: [1] }).start().result();
  is<Same<typeof a, number>>();
  is<Same<typeof b, string>>();
  const [x, y] = await new Process({ target: (n: number): [number, string] => [n, "x"], args: [1] }).start().result();
  is<Same<typeof x, number>>();
  is<Same<typeof y, string>>();
  const [one, two] = await Promise.all([
    new Thread({ target: () => 1 }).start().result(),
    new Thread({ target: (text: string) => text, args: ["x"] }).start().result(),
  ]);
  is<Same<typeof one, number>>();
  is<Same<typeof two, string>>();
}

/** Futures, and what comes out of them. */
export async function futures<T, R>(
  executor: Executor,
  fn: (item: T) => R,
  item: T,
  one: Future<number>,
  other: Future<string>,
): Promise<void> {
  is<Same<Awaited<typeof one>, number>>();
  const either: Future<unknown> = one;
  for await (const future of asCompleted([one, one])) {
    const result = await future.result();
    is<Same<typeof result, number>>();
    const same: Future<number> = future;
    is<Same<Awaited<typeof same>, number>>();
  }
  const { done } = await wait([one, other]);
  is<Same<typeof done, Set<Future<number> | Future<string>>>>();
  const length = executor.submit((text: string, times: number) => text.length * times, "warp", 2);
  is<Same<typeof length, Future<number>>>();
  const later = executor.submit(async (n: number) => ({ n }), 1);
  is<Same<typeof later, Future<{ n: number }>>>();
  const inferred = executor.submit((n, text) => `${n}${text}`, 1, "a");
  is<Same<typeof inferred, Future<string>>>();
  executor.submit((text: string, times: number = 1) => text.repeat(times), "a");
  executor.submit((mode: "fast" | "slow", pair: [number, string]) => mode + pair, "fast", [1, "a"]);
  executor.submit((text: string, ...rest: number[]) => text.repeat(rest.length), "a", 1, 2);
  executor.submit(() => {});
  for await (const square of executor.map((n) => n * n, [1, 2])) is<Same<typeof square, number>>();
  const unknown: Future<Awaited<R>> = executor.submit(fn, item);
  void [either, unknown];
}
