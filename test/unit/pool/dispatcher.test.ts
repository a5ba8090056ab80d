/** The dispatcher, event by event; then random events against its invariants. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Command, Dispatcher, MOST_FRUITLESS, type WorkerId } from "#heddle/pool/dispatcher.js";
import { randomly } from "./randomly.js";

interface Task {
  readonly name: string;
  readonly priority: number;
  retries: number;
}

const task = (name: string, priority = 0, retries = 0): Task => ({ name, priority, retries });
const start = (worker: WorkerId): Command<Task> => ({ do: "start-worker", worker });
const stop = (worker: WorkerId): Command<Task> => ({ do: "stop-worker", worker });
const letGo = (worker: WorkerId): Command<Task> => ({ do: "let-go", worker });
const lost = (task: Task): Command<Task> => ({ do: "fail", task, because: "worker-lost" });
const noWorker = (task: Task): Command<Task> => ({ do: "fail", task, because: "no-worker" });
const crowd = (least: number, most = least): { least: number; most: number } => ({ least, most });
const idle = (): boolean => false;

/** @returns a dispatcher whose workers, 1 to `size`, are ready */
function ready(size: number, mostTasks?: number): Dispatcher<Task> {
  const dispatcher = new Dispatcher<Task>(crowd(size), mostTasks);
  dispatcher.opened();
  for (let worker = 1; worker <= size; worker++) dispatcher.workerReady(worker);
  return dispatcher;
}

/** @returns what it gives, until it gives nothing */
function taken(dispatcher: Dispatcher<Task>): string {
  let names = "";
  for (let next = dispatcher.next(); next !== undefined; next = dispatcher.next()) names += next.name;
  return names;
}

describe("Dispatcher: work", () => {
  test("opened starts the least number of workers", () => {
    assert.deepEqual(new Dispatcher(crowd(3)).opened(), [start(1), start(2), start(3)]);
    assert.deepEqual(new Dispatcher(crowd(1, 3)).opened(), [start(1)]);
    assert.deepEqual(new Dispatcher(crowd(0, 3)).opened(), []);
  });
  test("next gives the lowest priority number first, and within one the order of submission", () => {
    const dispatcher = ready(1);
    for (const each of [task("a"), task("b", 5), task("c", -1), task("d"), task("e", -1), task("f", 0.5)])
      dispatcher.submitted(each);
    assert.equal(taken(dispatcher), "ceadfb");
    assert.deepEqual([dispatcher.queued, dispatcher.out.size], [0, 6]);
  });
  test("more workers are started as there is work for them, and no more than allowed", () => {
    const dispatcher = new Dispatcher<Task>(crowd(1, 3));
    dispatcher.opened();
    assert.deepEqual(dispatcher.submitted(task("a")), []);
    assert.deepEqual(dispatcher.submitted(task("b")), [start(2)]);
    taken(dispatcher);
    assert.deepEqual(dispatcher.submitted(task("c")), [start(3)]);
    assert.deepEqual(dispatcher.submitted(task("d")), []);
  });
  test("those beyond the least go when there was nothing for them", () => {
    const dispatcher = new Dispatcher<Task>(crowd(1, 3));
    dispatcher.opened();
    const tasks = [..."abc"].map((name) => task(name));
    for (const each of tasks) dispatcher.submitted(each);
    for (const worker of [1, 2, 3]) dispatcher.workerReady(worker);
    taken(dispatcher);
    for (const [i, each] of tasks.entries()) dispatcher.settled(each, i + 1);
    assert.deepEqual(dispatcher.slept(2, idle), [letGo(1)]);
    assert.deepEqual(
      dispatcher.slept(0, (worker) => worker === 2),
      [letGo(3)],
    );
    assert.deepEqual(dispatcher.slept(0, idle), []);
  });
  test("a worker that has settled so many tasks is let go, and replaced when it is gone", () => {
    const dispatcher = ready(1, 2);
    const [a, b] = [task("a"), task("b")];
    for (const each of [a, b, task("c")]) dispatcher.submitted(each);
    taken(dispatcher);
    assert.deepEqual(dispatcher.settled(a, 1), []);
    assert.deepEqual(dispatcher.settled(b, 1), [letGo(1)]);
    assert.deepEqual(dispatcher.workerGone(1, []), [start(2)]);
  });
  test("events of workers that are gone do nothing", () => {
    const dispatcher = ready(1);
    dispatcher.workerGone(1, []);
    assert.deepEqual(dispatcher.workerGone(1, []), []);
    assert.deepEqual(dispatcher.workerReady(1), []);
    assert.deepEqual(dispatcher.mustStop(1), []);
    assert.deepEqual(dispatcher.isWornOut(1), []);
  });
});

describe("Dispatcher: deaths", () => {
  test("workerGone fails what was lost with it, and nothing else, and replaces the worker", () => {
    const dispatcher = ready(2);
    const [a, b] = [task("a"), task("b")];
    dispatcher.submitted(a);
    dispatcher.submitted(b);
    taken(dispatcher);
    assert.deepEqual(dispatcher.workerGone(1, [a]), [lost(a), start(3)]);
    assert.deepEqual([dispatcher.queued, dispatcher.out.size], [0, 1]);
  });
  test("a task that may be run again is queued before all others of its priority, so often", () => {
    const dispatcher = ready(1);
    const a = task("a", 0, 2);
    dispatcher.submitted(a);
    taken(dispatcher);
    dispatcher.submitted(task("b"));
    dispatcher.submitted(task("c", -1));
    assert.deepEqual(dispatcher.workerGone(1, [a]), [start(2)]);
    assert.equal(taken(dispatcher), "cab");
    assert.deepEqual(dispatcher.workerGone(2, [a]), [start(3)]);
    assert.equal(taken(dispatcher), "a");
    assert.deepEqual(dispatcher.workerGone(3, [a]), [lost(a), start(4)]);
  });
  test("three that die before they did anything fail what waits", () => {
    const dispatcher = new Dispatcher<Task>(crowd(1));
    dispatcher.opened();
    const [a, b] = [task("a"), task("b")];
    dispatcher.submitted(a);
    dispatcher.submitted(b);
    assert.deepEqual(dispatcher.workerGone(1, []), [start(2)]);
    assert.deepEqual(dispatcher.workerGone(2, []), [start(3)]);
    assert.deepEqual(dispatcher.workerGone(3, []), [noWorker(a), noWorker(b)]);
  });
  test("what was taken and not begun fails as well when no worker is left", () => {
    const dispatcher = new Dispatcher<Task>(crowd(1));
    dispatcher.opened();
    const a = task("a");
    dispatcher.submitted(a);
    taken(dispatcher);
    for (const worker of [1, 2]) dispatcher.workerGone(worker, []);
    assert.deepEqual(dispatcher.workerGone(3, []), [noWorker(a)]);
  });
  test("workers that get ready and die without a task are not restarted for ever either", () => {
    const dispatcher = new Dispatcher<Task>(crowd(1));
    dispatcher.opened();
    for (let worker = 1; worker < MOST_FRUITLESS; worker++) {
      dispatcher.workerReady(worker);
      assert.deepEqual(dispatcher.workerGone(worker, []), [start(worker + 1)]);
    }
    dispatcher.workerReady(MOST_FRUITLESS);
    assert.deepEqual(dispatcher.workerGone(MOST_FRUITLESS, []), []);
  });
  test("workers that have done something and die idle are replaced without limit", () => {
    const dispatcher = ready(4);
    const tasks = [..."abcd"].map((name) => task(name));
    for (const each of tasks) dispatcher.submitted(each);
    taken(dispatcher);
    for (const [i, each] of tasks.entries()) dispatcher.settled(each, i + 1);
    for (const worker of [1, 2, 3, 4]) assert.deepEqual(dispatcher.workerGone(worker, []), [start(worker + 4)]);
  });
  test("submitted tries again when no worker is left", () => {
    const dispatcher = new Dispatcher<Task>(crowd(1));
    dispatcher.opened();
    for (const worker of [1, 2, 3]) dispatcher.workerGone(worker, []);
    assert.deepEqual(dispatcher.submitted(task("a")), [start(4)]);
    assert.deepEqual(dispatcher.workerGone(4, []), [start(5)]);
  });
  test("while another worker lives nothing fails; its answer allows new starts", () => {
    const dispatcher = new Dispatcher<Task>(crowd(2));
    dispatcher.opened();
    dispatcher.submitted(task("a"));
    dispatcher.submitted(task("b"));
    dispatcher.workerReady(1);
    const a = dispatcher.next()!;
    assert.deepEqual(dispatcher.workerGone(2, []), [start(3)]);
    assert.deepEqual(dispatcher.workerGone(3, []), [start(4)]);
    assert.deepEqual(dispatcher.workerGone(4, []), []);
    assert.deepEqual(dispatcher.settled(a, 1), [start(5)]);
  });
  test("tasks that kill their workers do not count: the next ones still run", () => {
    const dispatcher = ready(1);
    for (let worker = 1; worker <= 5; worker++) {
      const killer = task("k");
      dispatcher.submitted(killer);
      taken(dispatcher);
      assert.deepEqual(dispatcher.workerGone(worker, [killer]), [lost(killer), start(worker + 1)]);
      dispatcher.workerReady(worker + 1);
    }
  });
});

describe("Dispatcher: cancelling, resizing", () => {
  test("withdrawn takes a queued task out and leaves one that is out alone", () => {
    const dispatcher = ready(1);
    const [a, b] = [task("a"), task("b")];
    dispatcher.submitted(a);
    dispatcher.submitted(b);
    dispatcher.next();
    assert.deepEqual([dispatcher.withdrawn(a), dispatcher.withdrawn(b), dispatcher.withdrawn(b)], [false, true, false]);
    assert.equal(taken(dispatcher), "");
  });
  test("mustStop stops a worker once; it is replaced when it is gone", () => {
    const dispatcher = ready(1);
    const a = task("a");
    dispatcher.submitted(a);
    taken(dispatcher);
    assert.deepEqual(dispatcher.mustStop(1), [stop(1)]);
    assert.deepEqual(dispatcher.mustStop(1), []);
    assert.deepEqual(dispatcher.workerGone(1, [a]), [lost(a), start(2)]);
  });
  test("resized starts workers, or lets go: those without work first, those that start at once", () => {
    const dispatcher = ready(2);
    assert.deepEqual(dispatcher.resized(crowd(4), idle), [start(3), start(4)]);
    assert.deepEqual(
      dispatcher.resized(crowd(1), (worker) => worker === 1),
      [stop(3), stop(4), letGo(2)],
    );
    assert.deepEqual(dispatcher.resized(crowd(2), idle), []);
    assert.deepEqual(dispatcher.workerGone(2, []), []);
    assert.deepEqual(dispatcher.workerGone(3, []), []);
    assert.deepEqual(dispatcher.workerGone(4, []), [start(5)]);
  });
  test("a worker that is worn out is let go, once", () => {
    const dispatcher = ready(1);
    assert.deepEqual(dispatcher.isWornOut(1), [letGo(1)]);
    assert.deepEqual(dispatcher.isWornOut(1), []);
    assert.deepEqual(dispatcher.workerGone(1, []), [start(2)]);
  });
});

describe("Dispatcher: ending", () => {
  test("closed lets all go when nothing is queued or out, and stops those that have not begun", () => {
    const dispatcher = new Dispatcher<Task>(crowd(3));
    dispatcher.opened();
    const a = task("a");
    dispatcher.submitted(a);
    dispatcher.workerReady(1);
    dispatcher.workerReady(2);
    taken(dispatcher);
    assert.deepEqual(dispatcher.closed(), []);
    assert.deepEqual(dispatcher.settled(a, 1), [letGo(1), letGo(2), stop(3)]);
    assert.deepEqual(dispatcher.workerReady(3), []);
    for (const worker of [1, 2, 3]) assert.deepEqual(dispatcher.workerGone(worker, []), []);
  });
  test("a closed dispatcher replaces a worker only for work that waits", () => {
    const dispatcher = ready(2);
    const [a, b] = [task("a"), task("b")];
    const c = task("c");
    for (const each of [a, b, c]) dispatcher.submitted(each);
    dispatcher.next();
    dispatcher.next();
    dispatcher.closed();
    assert.deepEqual(dispatcher.workerGone(1, [a]), [lost(a), start(3)]);
    assert.deepEqual(dispatcher.workerGone(2, [b]), [lost(b)]);
    assert.deepEqual(dispatcher.workerReady(3), []);
    assert.equal(taken(dispatcher), "c");
    assert.deepEqual(dispatcher.settled(c, 3), [letGo(3)]);
  });
  test("terminated gives back what was queued, and stops each worker once, also those that were let go", () => {
    const dispatcher = ready(3);
    const [a, b] = [task("a"), task("b")];
    dispatcher.submitted(a);
    dispatcher.submitted(b);
    dispatcher.next();
    dispatcher.isWornOut(1);
    dispatcher.mustStop(2);
    assert.deepEqual(dispatcher.terminated(), { commands: [stop(1), stop(3)], unfinished: [a, b] });
    assert.deepEqual(dispatcher.terminated(), { commands: [], unfinished: [] });
    for (const worker of [1, 2, 3]) assert.deepEqual(dispatcher.workerGone(worker, []), []);
  });
});

/** Follows the commands, as a pool and its line would, and checks each of them. */
class Model {
  readonly dispatcher: Dispatcher<Task>;
  most: number;
  readonly queued: Task[] = [];
  readonly offered: Task[] = [];
  readonly workers = new Map<
    WorkerId,
    { state: "starting" | "ready" | "leaving" | "stopping"; task?: Task | undefined }
  >();
  readonly ended = new Map<Task, string>();

  constructor(least: number, most: number, mostTasks: number) {
    this.most = most;
    this.dispatcher = new Dispatcher(crowd(least, most), mostTasks);
    this.follow(this.dispatcher.opened());
  }

  /** The room of a line that takes as many tasks as workers are ready, and two more. */
  get room(): number {
    return [...this.workers.values()].filter(({ state }) => state === "ready").length + 2 - this.offered.length;
  }

  follow(commands: Command<Task>[]): void {
    for (const command of commands) this.#obey(command);
    this.fill();
    assert.equal(this.dispatcher.queued, this.queued.length);
    const demand = this.queued.length + this.dispatcher.out.size;
    assert.ok(this.workers.size > 0 || demand === 0 || this.most === 0, "work that no worker will ever take");
  }

  fill(): void {
    while (this.room > 0) {
      const next = this.dispatcher.next();
      if (next === undefined) break;
      const first = Math.min(...this.queued.map(({ priority }) => priority));
      assert.equal(next.priority, first, "not the first priority");
      assert.equal(
        next,
        this.queued.find(({ priority }) => priority === first),
        "not in order",
      );
      this.queued.splice(this.queued.indexOf(next), 1);
      this.offered.push(next);
    }
  }

  end(task: Task, how: string): void {
    assert.ok(!this.ended.has(task), `${task.name} ended as ${this.ended.get(task)}, and ${how}`);
    this.ended.set(task, how);
  }

  #obey(command: Command<Task>): void {
    if (command.do === "start-worker") {
      assert.ok(!this.workers.has(command.worker));
      this.workers.set(command.worker, { state: "starting" });
      assert.ok(this.workers.size <= this.most, "more workers than allowed");
      return;
    }
    if (command.do === "fail") {
      for (const list of [this.queued, this.offered])
        if (list.includes(command.task)) list.splice(list.indexOf(command.task), 1);
      this.end(command.task, command.because);
      return;
    }
    const worker = this.workers.get(command.worker)!;
    if (command.do === "let-go") {
      assert.equal(worker.state, "ready");
      worker.state = "leaving";
    } else {
      assert.notEqual(worker.state, "stopping", "stopped twice");
      worker.state = "stopping";
    }
  }
}

/** One event each, at random; the worker is one that lives, if any does. */
function eventsOf(model: Model, random: (n: number) => number): ((id: WorkerId) => void)[] {
  const { dispatcher, workers, queued, offered } = model;
  let submitted = 0;
  const busy = (id: WorkerId): boolean => workers.get(id)?.task !== undefined;
  return [
    () => {
      const made = task(`${++submitted}`, random(3), random(3) === 0 ? random(3) : 0);
      queued.push(made);
      model.follow(dispatcher.submitted(made));
    },
    (id) => {
      const worker = workers.get(id);
      if (worker?.state !== "starting") return;
      worker.state = "ready";
      model.follow(dispatcher.workerReady(id));
    },
    // A worker takes a task.
    (id) => {
      const worker = workers.get(id);
      if (worker?.state === "ready" && worker.task === undefined) worker.task = offered.shift();
      model.fill();
    },
    (id) => {
      const worker = workers.get(id);
      if (worker?.task === undefined) return;
      const { task } = worker;
      model.end(task, "settled");
      worker.task = undefined;
      model.follow(dispatcher.settled(task, id));
    },
    (id) => {
      const worker = workers.get(id);
      if (worker === undefined || (worker.state === "leaving" && worker.task !== undefined)) return;
      if (worker.state !== "stopping" && worker.state !== "leaving" && random(3) > 0) return;
      workers.delete(id);
      const lost = worker.task === undefined ? [] : [worker.task];
      for (const each of lost) if (each.retries > 0) queued.splice(queued.findIndex(isAfter(each)) >>> 0, 0, each);
      model.follow(dispatcher.workerGone(id, lost));
    },
    () => {
      const all = [...queued, ...offered];
      const victim = all[random(Math.max(all.length, 1))];
      if (victim === undefined) return;
      model.end(victim, "taken back");
      if (dispatcher.withdrawn(victim)) queued.splice(queued.indexOf(victim), 1);
      else {
        offered.splice(offered.indexOf(victim), 1);
        model.follow(dispatcher.takenBack(victim));
      }
    },
    (id) => {
      const worker = workers.get(id);
      if (worker?.task === undefined || worker.state !== "ready") return;
      worker.task.retries = 0;
      model.follow(dispatcher.mustStop(id));
    },
    (id) => model.follow(random(4) === 0 ? dispatcher.isWornOut(id) : []),
    () => {
      if (random(6) > 0) return;
      model.most = Math.max(model.most, 5);
      const most = 1 + random(5);
      model.follow(dispatcher.resized(crowd(random(most + 1), most), busy));
      if (workers.size <= most) model.most = most;
    },
    () => model.follow(dispatcher.slept(random(3), busy)),
  ];
}

/** It is queued before all of its priority. */
const isAfter =
  ({ priority }: Task) =>
  (other: Task): boolean =>
    other.priority === priority;

function randomRun(seed: number): void {
  const random = randomly(seed);
  const most = 1 + random(4);
  const model = new Model(random(most + 1), most, random(3) === 0 ? 1 + random(3) : Number.POSITIVE_INFINITY);
  const { dispatcher, workers } = model;
  const events = eventsOf(model, random);
  let submitted = 0;
  for (let step = 0; step < 300; step++) {
    const living = [...workers.keys()];
    const event = random(events.length);
    if (event === 0) submitted++;
    events[event]!(living[random(Math.max(living.length, 1))] ?? 0);
  }
  model.follow(dispatcher.closed());
  // Every worker answers or ends from here on: all must come to rest.
  for (let round = 0; workers.size > 0; round++) {
    assert.ok(round < 10_000, "it does not come to rest");
    for (const id of [...workers.keys()]) {
      for (const event of [1, 2, 3]) events[event]!(id);
      const state = workers.get(id)?.state;
      if (state === "leaving" || state === "stopping") events[4]!(id);
    }
  }
  assert.deepEqual([dispatcher.queued, dispatcher.out.size, model.ended.size], [0, 0, submitted]);
}

test("Dispatcher: random events keep the invariants, and every task ends once", () => {
  for (let seed = 1; seed <= 500; seed++) {
    try {
      randomRun(seed);
    } catch (error) {
      throw new Error(`seed ${seed}: ${error}`, { cause: error });
    }
  }
});
