/** A thread is killed at every single store of every queue operation; another carries on and must find a whole queue. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { QUEUE_BYTES } from "#heddle/channel/control-block.js";
import { addMortal, found, grant, Killed, settle } from "./mortal-heap.js";
import { type Driven, DrivenQueue, type Item, type Kind, kinds, ModelQueue, stateOf } from "./queue-driver.js";

type Step = (queue: Driven) => void;

const times = (n: number, action: (i: number) => void): void => {
  for (let i = 0; i < n; i++) action(i);
};
const puts =
  (...items: Item[]): Step =>
  (queue) => {
    for (const item of items) queue.put(item);
  };
const gets =
  (n: number): Step =>
  (queue) =>
    times(n, () => queue.get());
const many = (n: number, item: Item): Step => puts(...Array<Item>(n).fill(item));
const steps =
  (...all: Step[]): Step =>
  (queue) => {
    for (const step of all) step(queue);
  };

const BIG = "z".repeat(40_000);
const nothing: Step = () => {};

/** What the queue holds before, and what the thread that is killed does to it. */
const histories: Record<string, readonly [setup: Step, fatal: Step]> = {
  "the first put": [nothing, puts("a")],
  "put of an integer": [puts(0), puts(1)],
  "put that needs a new segment": [many(12, "x".repeat(30)), many(3, "x".repeat(30))],
  "put of a large item": [puts(0), puts(BIG)],
  get: [puts(1, 2), gets(1)],
  "get of the last item": [puts(1), gets(1)],
  "get of a large item": [puts(BIG, BIG), gets(1)],
  "gets across segments": [many(40, "y".repeat(30)), gets(30)],
  "puts into the spare segment": [steps(many(40, "y".repeat(30)), gets(39)), many(60, "w".repeat(30))],
  "puts and gets mixed": [puts(5), (queue) => times(12, () => steps(puts("m".repeat(100), BIG), gets(2))(queue))],
  "puts that grow the heap": [many(12, BIG), many(12, BIG)],
  "puts and gets in many orders": [
    puts(5, 3, 8, 1, 9, 2, 7, 4, 6, 0),
    steps(puts(3, 0, 9), gets(2), puts(11, 4), gets(4), puts(1)),
  ],
  "puts that double the slots": [(queue) => times(28, (i) => queue.put((i * 7) % 28)), puts(3, 30)],
  "gets that shrink the slots": [(queue) => times(120, (i) => queue.put((i * 7) % 120)), gets(95)],
  "shutdown, immediately": [puts(1, BIG, "xx", 4, BIG), (queue) => queue.shutdown(true)],
  "shutdown, then the rest": [
    puts(1, 2, "xx"),
    steps(
      (queue) => queue.shutdown(false),
      gets(2),
      (queue) => queue.shutdown(true),
    ),
  ],
};

/** @returns every state the queue may be found in: the model's, after each whole operation */
function allowedStates(kind: Kind, [setup, fatal]: readonly [Step, Step]): Set<string> {
  const model = new ModelQueue(kind);
  const states = new Set<string>();
  setup(model);
  states.add(model.state);
  fatal({
    put(item) {
      model.put(item);
      states.add(model.state);
    },
    get() {
      const item = model.get();
      states.add(model.state);
      return item;
    },
    shutdown(immediate) {
      model.shutdown(false);
      states.add(model.state);
      model.shutdown(immediate);
      states.add(model.state);
    },
  });
  return states;
}

/** Kills at store `n`, and the one who repairs at store `m` of its first operation. @returns false if nobody died */
function killAt(kind: Kind, n: number, m: number | undefined, history: readonly [Step, Step], allowed: Set<string>) {
  const survivor = found();
  const cell = survivor.threads.scratch(survivor.id);
  const base = survivor.allocator.statistics();
  const handle = survivor.allocator.allocate(QUEUE_BYTES, cell);
  survivor.heap.i32[cell] = 0;
  const queue = new DrivenQueue(kind, survivor, handle);
  history[0](queue);
  let names = 0;
  const kill = (stores: number, work: Step): boolean => {
    const mortal = addMortal(survivor.heap);
    const doomed = new DrivenQueue(kind, mortal, handle);
    names += 64; // the name in the dead thread's record stays
    grant(stores);
    try {
      work(doomed);
      return false;
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
    } finally {
      grant(Infinity);
      settle(survivor, mortal.id);
    }
    return true;
  };
  if (!kill(n, history[1])) return false;
  if (m !== undefined && !kill(m, (doomed) => doomed.shutdown(false))) return false;
  const where = `${kind} killed at store ${n}${m === undefined ? "" : `, its heir at ${m}`}`;
  carryOn(queue, allowed, m !== undefined, where);
  queue.core.clear();
  survivor.heap.i32[cell] = handle;
  survivor.allocator.free(cell);
  const { used, pending } = survivor.allocator.statistics();
  assert.deepEqual({ used, pending }, { used: base.used + names, pending: 0 }, `memory lost, ${where}`);
  return true;
}

function carryOn(queue: DrivenQueue, allowed: Set<string>, mayBeShut: boolean, where: string): void {
  const shut = queue.core.isShutDown;
  if (!shut) times(30, (i) => queue.put({ last: i }));
  const size = queue.core.size;
  const unfinished = queue.core.unfinished;
  const out = queue.drain();
  assert.equal(out.length, size, where);
  assert.ok(unfinished >= size, where);
  for (const item of out) if (typeof item === "string") assert.match(item, /^(.)\1*$/, `torn item, ${where}`);
  const last = out.filter((item) => typeof item === "object");
  assert.equal(last.length, shut ? 0 : 30, where);
  const rest = out.filter((item) => typeof item !== "object");
  const states = mayBeShut && shut ? [stateOf(rest, true), stateOf(rest, false)] : [stateOf(rest, shut)];
  assert.ok(
    states.some((state) => allowed.has(state)),
    `lost or doubled: ${states[0]}, ${where}`,
  );
}

for (const kind of kinds) {
  for (const [name, history] of Object.entries(histories)) {
    test(`${kind}: killed at every store of ${name}`, (t) => {
      const allowed = allowedStates(kind, history);
      let stores = 0;
      while (killAt(kind, stores, undefined, history, allowed)) stores++;
      assert.ok(stores >= 5, "the operation was never interrupted");
      t.diagnostic(`${stores} crash points`);
    });
  }

  test(`${kind}: the heir is killed at every store of its repair, after a death at every store of a put and a get`, (t) => {
    const mixed = histories["puts and gets in many orders"]!;
    let points = 0;
    const large: readonly [Step, Step] = [puts(3, BIG), steps(puts(BIG, 1), gets(3))];
    for (const history of [mixed, large]) {
      const allowed = allowedStates(kind, history);
      for (let n = 0; killAt(kind, n, undefined, history, allowed); n += 3) {
        for (let m = 0; killAt(kind, n, m, history, allowed); m++) points++;
      }
    }
    t.diagnostic(`${points} pairs of deaths`);
    assert.ok(points > 100);
  });
}
