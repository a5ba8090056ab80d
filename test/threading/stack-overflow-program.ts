/**
 * Tries everything that takes a lock at each distance from the end of the stack, and prints what was left taken.
 * Arguments: how often each is called before and up to which distance, in calls and steps.
 */
import { LifoQueue, PriorityQueue, Queue, SimpleQueue } from "heddle/queue";
import { SharedArray, SharedDict, SharedList, Value } from "heddle/shared";
import {
  Barrier,
  BoundedSemaphore,
  Condition,
  Event,
  Latch,
  Lock,
  Once,
  RLock,
  RWLock,
  Semaphore,
} from "heddle/threading";

const [warm = 0, farthest = 0, step = 1] = process.argv.slice(2).map(Number);
let tries = 0;

/** @returns what is wrong with the object; undefined: nothing */
type Check<T> = (object: T) => unknown;
const cases: { name: string; warmUp: () => Promise<void>; run: (distance: number) => Promise<unknown> }[] = [];

/** `act` runs near the end of the stack, on a new object each time; `check` afterwards. */
function each<T>(name: string, make: () => T, act: (object: T) => unknown, check: Check<T>): void {
  const warmUp = async (): Promise<void> => {
    const object = warm === 0 ? undefined : make();
    // Also where nothing of the library is to be compiled before: what calls it must be.
    for (let i = 0; i < Math.max(1, warm); i++) await quietly(() => act(object as T));
  };
  const run = async (distance: number): Promise<unknown> => {
    const object = make();
    const way = { left: distance, act, object, wasTried: false };
    quietly(() => shifted(distance % 13, () => dive(way as Way<unknown>)));
    for (let turn = 0; turn < 6; turn++) await null; // what is asynchronous ends
    tries += way.wasTried ? 1 : 0;
    return check(object);
  };
  cases.push({ name, warmUp, run });
}

function quietly(body: () => unknown): unknown {
  try {
    return body();
  } catch {
    return undefined; // of the RangeErrors
  }
}

interface Way<T> {
  /** How many calls there are to go back. */
  left: number;
  readonly act: (object: T) => unknown;
  readonly object: T;
  wasTried: boolean;
}

/** To the end of the stack, and some calls back. */
function dive(way: Way<unknown>): void {
  try {
    dive(way);
  } catch {
    // the end, or what it led to
  }
  if (way.left-- !== 0) return;
  way.wasTried = true;
  way.act(way.object);
}

/** Runs `body` some words further down. */
function shifted(words: number, body: () => void): void {
  if (words === 0) body();
  else shifted.apply(null, [0, body, ...new Array<unknown>(words).fill(0)] as unknown as [number, () => void]);
}

const dispose = (held: Disposable | null): void => held?.[Symbol.dispose]();
const isLocked = (lock: { readonly locked: boolean }): unknown => lock.locked || undefined;
const rejected = (): void => {};

for (const Kind of [Lock, RLock, Condition]) {
  const { name } = Kind;
  each(
    `${name}.withLockSync`,
    () => new Kind(),
    (lock) => lock.withLockSync(() => {}),
    isLocked,
  );
  each(
    `${name}.acquireSync`,
    () => new Kind(),
    (lock) => dispose(lock.acquireSync()),
    isLocked,
  );
  each(
    `${name}.acquireSync, in time`,
    () => new Kind(),
    (lock) => dispose(lock.acquireSync({ timeout: 5 })),
    isLocked,
  );
  each(
    `${name}.tryAcquire`,
    () => new Kind(),
    (lock) => dispose(lock.tryAcquire()),
    isLocked,
  );
  each(
    `${name}.withLock`,
    () => new Kind(),
    (lock) => lock.withLock(() => {}).catch(rejected),
    isLocked,
  );
  each(
    `${name}.release`,
    () => new Kind(),
    (lock) => {
      lock.acquireSync();
      try {
        return;
      } finally {
        lock.release();
      }
    },
    isLocked,
  );
}
each(
  "RLock, twice",
  () => new RLock(),
  (lock) => lock.withLockSync(() => lock.withLockSync(() => {})),
  isLocked,
);

for (const lock of [() => new Lock(), () => new RLock()]) {
  const waiting: Check<Condition> = (condition) => isLocked(condition) ?? (condition.statistics().waiting || undefined);
  const make = (): Condition => new Condition(lock());
  each("Condition.waitSync", make, (met) => met.withLockSync(() => met.waitSync({ timeout: 0 })), waiting);
  each("Condition.notifyAll", make, (met) => met.withLockSync(() => met.notifyAll()), waiting);
}

const readsOrWrites: Check<RWLock> = (lock) => {
  const { readers, writer, waiting } = lock.statistics();
  return readers.length > 0 || writer !== null || waiting > 0 ? { readers, writer, waiting } : undefined;
};
each(
  "RWLock.withReadSync",
  () => new RWLock(),
  (lock) => lock.withReadSync(() => {}),
  readsOrWrites,
);
each(
  "RWLock.withWriteSync",
  () => new RWLock(),
  (lock) => lock.withWriteSync(() => {}),
  readsOrWrites,
);
each(
  "RWLock.acquireReadSync",
  () => new RWLock(),
  (lock) => dispose(lock.acquireReadSync()),
  readsOrWrites,
);
each(
  "RWLock.tryAcquireWrite",
  () => new RWLock(),
  (lock) => dispose(lock.tryAcquireWrite()),
  readsOrWrites,
);
each(
  "RWLock.withWrite",
  () => new RWLock(),
  (lock) => lock.withWrite(() => {}).catch(rejected),
  readsOrWrites,
);

const hasPermit: Check<Semaphore> = ({ value }) => (value === 1 ? undefined : value);
for (const Kind of [Semaphore, BoundedSemaphore]) {
  each(
    `${Kind.name}.acquireSync`,
    () => new Kind(1),
    (seats) => dispose(seats.acquireSync()),
    hasPermit,
  );
  each(
    `${Kind.name}.tryAcquire`,
    () => new Kind(1),
    (seats) => dispose(seats.tryAcquire()),
    hasPermit,
  );
}

each(
  "Once",
  () => new Once(),
  (once) => once.runSync(() => {}),
  (once) => once.statistics().runner ?? undefined,
);
each(
  "Event",
  () => new Event(),
  (event) => event.set(),
  () => undefined,
);
each(
  "Latch",
  () => new Latch(1e6),
  (latch) => latch.countDown(),
  () => undefined,
);
each(
  "Barrier of one",
  () => new Barrier(1),
  (one) => one.waitSync(),
  (one) => one.nWaiting || undefined,
);
each(
  "Barrier with an action",
  () => new Barrier(1, { action() {} }),
  (one) => one.waitSync(),
  (one) => (one.reset(), one.waitSync({ timeout: 1000 }) || undefined),
);
each(
  "Barrier of two",
  () => new Barrier(2),
  (two) => quietly(() => two.waitSync({ timeout: 0 })),
  (two) => (two.reset(), two.nWaiting || undefined),
);

interface AnyQueue {
  readonly empty: boolean;
  putSync(item: never): void;
  getSync(wait?: { timeout?: number }): unknown;
  dispose(): void;
}
const stillWorks: Check<AnyQueue> = (queue) => {
  while (!queue.empty) queue.getSync({ timeout: 1000 });
  queue.putSync([7, 7] as never);
  const wrong = (queue.getSync({ timeout: 1000 }) as number[])[0] === 7 ? undefined : "lost an item";
  queue.dispose();
  return wrong;
};
for (const Kind of [Queue, LifoQueue, PriorityQueue, SimpleQueue]) {
  const make = (): AnyQueue => {
    const queue: AnyQueue = new Kind<unknown>();
    for (let n = 0; n < 20; n++) queue.putSync([n, n] as never);
    return queue;
  };
  each(`${Kind.name}.putSync`, make, (queue) => queue.putSync([1, { text: "x".repeat(300) }] as never), stillWorks);
  each(`${Kind.name}.getSync`, make, (queue) => queue.empty || queue.getSync(), stillWorks);
}
each(
  "Queue.shutdown",
  () => new Queue([1, 2].length),
  (queue) => queue.shutdown({ immediate: true }),
  (queue) => (queue.shutdown({ immediate: true }), queue.dispose()),
);

each(
  "SharedDict",
  () => new SharedDict<unknown>([["a", [1]]]),
  (dict) => {
    for (let n = 0; n < 9; n++) dict.set(`k${n}`, { n });
    dict.update("a", () => [1]);
    dict.delete("k1");
    dict.clear();
  },
  (dict) => (dict.set("a", 7), dict.get("a") === 7 && dict.size < 11 ? dict.dispose() : dict.size),
);
each(
  "SharedList",
  () => new SharedList<unknown>([1, 2, 3]),
  (list) => {
    list.append({ x: 1 });
    list.insert(0, "abc");
    list.set(0, "d");
    list.remove(0);
    list.update(0, () => [1]);
    list.pop();
  },
  (list) => (list.clear(), list.append(7), list.at(0) === 7 && list.length === 1 ? list.dispose() : list.length),
);
each(
  "Value",
  () => new Value("i32"),
  (value) => value.withLockSync(() => value.value++),
  ({ lock }) => isLocked(lock),
);
each(
  "SharedArray",
  () => new SharedArray("i32", 2),
  (array) => array.withLockSync(() => array.at(0)),
  ({ lock }) => isLocked(lock),
);
const make = (): void => {
  new Value("i32").dispose();
  new Queue().dispose();
};
each("the heap", () => ({}), make, make);

for (const { name, warmUp, run } of cases) {
  await warmUp();
  const wrong = new Map<string, number[]>();
  for (let distance = 0; distance < farthest; distance += step) {
    const found = await run(distance);
    if (found === undefined) continue;
    const what = `${name}: ${JSON.stringify(found)}`;
    wrong.set(what, [...(wrong.get(what) ?? []), distance]);
  }
  for (const [what, distances] of wrong) console.log(what, "at", distances.join(" "));
}
console.log("tried", tries > (cases.length * farthest) / step / 2 ? "most" : tries);
