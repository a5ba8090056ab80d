/**
 * What the compiler refuses to send, and what it lets pass. It is compiled with the tests; nothing runs. An error that is
 * expected and does not come is an error.
 */
import { Pool, Process, type ThreadPool } from "heddle/multiprocessing";
import type { Travels } from "heddle/pickle";
import { LifoQueue, PriorityQueue, Queue, type SimpleQueue } from "heddle/queue";
import { SharedDict, SharedList } from "heddle/shared";
import { Thread, Timer } from "heddle/threading";

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const is = <_ extends true>(): void => {};
const travels = <T>(_: T & Travels<T>): void => {};

declare const promise: Promise<number>;
declare function generator(): Generator<number>;
declare function stream(): AsyncGenerator<string>;

interface Job {
  readonly cache: WeakMap<object, string>;
}
class Holder {
  readonly cache = new WeakMap<object, string>();
}
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
type Tree<T> = { value: T; children?: Tree<T>[]; deeper?: Tree<T[]> };
/** A class may look like a WeakMap or a generator, and travel. */
class Registry {
  readonly [Symbol.toStringTag] = "Registry";
  readonly entries: unknown[] = [];
  get = (_: object): number | undefined => undefined;
  has = (_: object): boolean => false;
  delete = (_: object): boolean => false;
  set(_: object, __: number): this {
    return this;
  }
}
class Countdown implements Generator<number> {
  readonly [Symbol.toStringTag] = "Countdown";
  left = 3;
  next = (): IteratorResult<number> => ({ done: true, value: undefined });
  return = this.next;
  throw = this.next;
  [Symbol.iterator](): this {
    return this;
  }
  [Symbol.dispose](): void {}
}

export function refusedKinds(): void {
  // @ts-expect-error a Promise
  travels(promise);
  // @ts-expect-error a Promise, perhaps
  travels(promise as Promise<number> | number);
  // @ts-expect-error a class of promises
  travels(promise as Promise<number> & { cancel(): void });
  // @ts-expect-error a WeakMap
  travels(new WeakMap<object, number>());
  // @ts-expect-error a WeakSet
  travels(new WeakSet<Holder>());
  // @ts-expect-error a WeakRef
  travels(new WeakRef(new Holder()));
  // @ts-expect-error a FinalizationRegistry
  travels(new FinalizationRegistry(() => {}));
  // @ts-expect-error a running generator
  travels(generator());
  // @ts-expect-error a running generator that is asynchronous
  travels(stream());
  // @ts-expect-error an iterator of a built-in collection
  travels([1].values());
}

export function refusedInside(): void {
  // @ts-expect-error in an array
  travels([promise]);
  // @ts-expect-error in a tuple
  travels(["a", promise] as const);
  // @ts-expect-error in a property
  travels({ a: { b: [promise] } });
  // @ts-expect-error in a Map
  travels(new Map([["a", promise]]));
  // @ts-expect-error in a Set
  travels(new Set([promise]));
  // @ts-expect-error in a recursive type
  travels({ value: promise } as Tree<Promise<number>>);
}

export function passes(known: unknown, nothing: never): void {
  travels(known);
  travels(nothing);
  travels(JSON.parse("1"));
  travels({} as object);
  travels({});
  travels(undefined);
  travels([] as const);
  travels([1, "a", null, Symbol(), 1n, new Date(), /x/, new Uint8Array(1), new Error()]);
  travels(new Map([[{ a: 1 }, new Set(["a"])]]));
  travels({ cache: new WeakMap() } as Job);
  travels(new Holder());
  travels(Holder);
  travels(generator);
  travels(async () => promise);
  travels({ run: async () => promise });
  travels({ a: 1 } as Json);
  travels({ value: 1 } as Tree<number>);
  travels(new Registry());
  travels(new Countdown());
  travels({} as PromiseLike<number>);
}

export function threads(untyped: unknown): void {
  const target = (value: unknown): unknown => value;
  // @ts-expect-error its argument cannot travel
  new Thread({ target, args: [promise] });
  // @ts-expect-error nor can it where the types are written out
  new Thread<[Promise<number>]>({ target, args: [promise] });
  // @ts-expect-error a timer is a thread, whose arguments are as its function says
  new Timer(1, (value: Promise<number>) => value, { args: [promise] });
  // @ts-expect-error a process is no better
  new Process({ target, args: [{ cache: new WeakMap() }] });
  new Thread({ target, args: [untyped] });
  new Process({ target, args: [[1, { a: "b" }]] });
}

export async function pools(pool: Pool, threadPool: ThreadPool, untyped: unknown[]): Promise<void> {
  // @ts-expect-error its items cannot travel
  await pool.map((n) => n, [promise]);
  // @ts-expect-error one of them cannot
  await threadPool.map((n: unknown) => n, [1, new WeakSet()]);
  // @ts-expect-error nor can what an iterator of them gives
  await pool.map((n) => n, new Set([promise]).values());
  // @ts-expect-error an argument cannot travel
  await pool.starmap((a: number, b: unknown) => [a, b], [[1, promise] as [number, Promise<number>]]);
  // The items are read here: only what is in them travels.
  const numbers = await pool.map((n) => n + 1, generator());
  is<Same<typeof numbers, number[]>>();
  const words = await threadPool.map(async (word) => word.length, stream());
  is<Same<typeof words, number[]>>();
  await pool.map((n) => n, untyped);
}

export function queues(items: Queue<Promise<number>>, simple: SimpleQueue<WeakRef<Holder>>): void {
  // @ts-expect-error the item cannot travel
  void items.put(promise);
  // @ts-expect-error by whatever way
  items.putSync(promise);
  // @ts-expect-error or
  items.putNowait(promise);
  // @ts-expect-error or
  items.tryPut(promise);
  // @ts-expect-error of whatever queue
  simple.putNowait(new WeakRef(new Holder()));
  // @ts-expect-error
  new LifoQueue<Generator<number>>().putNowait(generator());
  // @ts-expect-error
  new PriorityQueue<[number, Promise<number>]>().putNowait([1, promise]);
  new Queue().putNowait(JSON.parse("1"));
  new PriorityQueue().putNowait([1, { a: 1 }]);
}

export function collections(): void {
  // @ts-expect-error the value cannot travel
  new SharedDict<Promise<number>>().set("a", promise);
  // @ts-expect-error
  new SharedDict<{ p: Promise<number> }>().getOrInsert("a", { p: promise });
  // @ts-expect-error
  new SharedList<Promise<number>>().append(promise);
  // @ts-expect-error
  new SharedList<Promise<number>>().insert(0, promise);
  // @ts-expect-error
  new SharedList<Promise<number>>().set(0, promise);
  new SharedDict<Json>().set("a", [1]).set("b", { a: null });
}

/** Code that does not know its types passes, and what holds an unknown is still known as what it holds. */
export function generic<T, K extends { id: number }, A extends readonly unknown[]>(item: T, keyed: K, args: A): void {
  travels(item);
  travels(keyed);
  travels(args);
  travels([item, keyed]);
  travels({ item, inner: { keyed } });
  new Queue<T>().putNowait(item);
  new Queue<[T, K]>().putNowait([item, keyed]);
  new SharedDict<T>().set("a", item);
  new SharedList<T>().append(item);
  void new Pool(1).map((each) => each.id, [keyed]);
  void new Pool(1).map((each: T) => each, new Set([item]));
  const everything: Queue<unknown> = new Queue<T>();
  everything.putNowait(1);
}

class Traced<T> extends Queue<T> {
  override putNowait(item: T & Travels<T>): void {
    super.putNowait(item);
  }
}
class Older<T> extends Queue<T> {
  override putNowait(item: T): void {
    super.putNowait(item);
  }
}
export const subclasses: Queue<number>[] = [new Traced<number>(), new Older<number>()];

class Sum extends Thread<[], number> {
  readonly numbers: number[];
  constructor(numbers: number[]) {
    super();
    this.numbers = numbers;
  }
  override run(): number {
    return this.numbers.length;
  }
}

/** Results are as the function tells, with whatever parameters. */
export async function infers(): Promise<void> {
  const sum = await new Sum([1]).start().result();
  is<Same<typeof sum, number>>();
  const optional = (a: number, b?: string): string => `${a}${b}`;
  const one = await new Thread({ target: optional, args: [1] }).start().result();
  is<Same<typeof one, string>>();
  new Thread({ target: optional, args: [1, "b"] });
  const rest = (head: string, ...tail: number[]): number[] => [head.length, ...tail];
  const many = await new Process({ target: rest, args: ["a", 1, 2, 3] }).start().result();
  is<Same<typeof many, number[]>>();
  const pair = await new Thread({ target: (a: "x" | "y", b: readonly [1, 2]) => [a, b] as const, args: ["x", [1, 2]] })
    .start()
    .result();
  is<Same<typeof pair, readonly ["x" | "y", readonly [1, 2]]>>();
  const fixed = [2, "x"] as const;
  const readOnly = await new Thread({ target: (n: number, text: string) => text.repeat(n), args: fixed })
    .start()
    .result();
  is<Same<typeof readOnly, string>>();
  const same = await new Thread({ target: async <T>(value: T) => value, args: [1] }).start().result();
  is<typeof same extends unknown ? true : false>();
  const boxed = await new Pool(1).map((n) => ({ n }), [1, 2, 3]);
  is<Same<typeof boxed, { n: number }[]>>();
  const starred = await new Pool(1).starmap((a, b) => a + b.length, [[1, "a"]] as [number, string][]);
  is<Same<typeof starred, number[]>>();
  const timed = await new Timer(1, (n: number) => n, { args: [1] }).start().result();
  is<Same<typeof timed, number | undefined>>();
}
