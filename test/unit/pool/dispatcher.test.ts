/** The dispatcher, event by event; then random events against its invariants. */
import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { type Command, Dispatcher, MOST_FRUITLESS, type WorkerId } from "#heddle/pool/dispatcher.js";
import { randomly } from "./randomly.js";

type Task = string;

const start = (worker: WorkerId): Command<Task> => ({ do: "start-worker", worker });
const stop = (worker: WorkerId): Command<Task> => ({ do: "stop-worker", worker });
const letGo = (worker: WorkerId): Command<Task> => ({ do: "let-go", worker });
const send = (task: Task, worker: WorkerId): Command<Task> => ({ do: "send", task, worker });
const lost = (task: Task): Command<Task> => ({ do: "fail", task, because: "worker-lost" });
const noWorker = (task: Task): Command<Task> => ({ do: "fail", task, because: "no-worker" });

/** @returns a dispatcher whose workers, 1 to `size`, are idle */
function ready(size: number): Dispatcher<Task> {
  const dispatcher = new Dispatcher<Task>(size);
  dispatcher.opened();
  for (let worker = 1; worker <= size; worker++) dispatcher.workerReady(worker);
  return dispatcher;
}

/** @returns a dispatcher whose workers, 1 to `size`, are busy with a, b, c ... */
function busy(size: number): Dispatcher<Task> {
  const dispatcher = new Dispatcher<Task>(size);
  dispatcher.opened();
  for (const task of "abcdef".slice(0, size)) dispatcher.submitted(task);
  for (let worker = 1; worker <= size; worker++) dispatcher.workerReady(worker);
  return dispatcher;
}

describe("Dispatcher: work", () => {
  test("opened starts all workers", () => {
    assert.deepEqual(new Dispatcher(3).opened(), [start(1), start(2), start(3)]);
  });
  test("submitted queues while workers are starting; the first that is ready gets the oldest", () => {
    const dispatcher = new Dispatcher<Task>(2);
    dispatcher.opened();
    assert.deepEqual(dispatcher.submitted("a"), []);
    assert.deepEqual(dispatcher.submitted("b"), []);
    assert.deepEqual(dispatcher.workerReady(2), [send("a", 2)]);
    assert.deepEqual(dispatcher.workerReady(1), [send("b", 1)]);
  });
  test("submitted sends to the worker that was busy last", () => {
    const dispatcher = ready(3);
    assert.deepEqual(dispatcher.submitted("a"), [send("a", 3)]);
    assert.deepEqual(dispatcher.submitted("b"), [send("b", 2)]);
    assert.deepEqual(dispatcher.settled(3), []);
    assert.deepEqual(dispatcher.submitted("c"), [send("c", 3)]);
  });
  test("settled sends the next in the order of submission, one per worker", () => {
    const dispatcher = busy(1);
    dispatcher.submitted("b");
    dispatcher.submitted("c");
    assert.deepEqual(dispatcher.settled(1), [send("b", 1)]);
    assert.deepEqual(dispatcher.settled(1), [send("c", 1)]);
    assert.deepEqual(dispatcher.settled(1), []);
  });
  test("events of workers that are gone do nothing", () => {
    const dispatcher = busy(1);
    dispatcher.workerGone(1);
    assert.deepEqual(dispatcher.workerGone(1), []);
    assert.deepEqual(dispatcher.settled(1), []);
    assert.deepEqual(dispatcher.workerReady(1), []);
  });
});

describe("Dispatcher: deaths", () => {
  test("workerGone while busy fails its own task and replaces the worker", () => {
    const dispatcher = busy(2);
    assert.deepEqual(dispatcher.workerGone(1), [lost("a"), start(3)]);
    assert.deepEqual(dispatcher.workerReady(3), []);
    assert.deepEqual(dispatcher.settled(2), []);
  });
  test("workerGone while idle replaces the worker, which gets nothing any more", () => {
    const dispatcher = ready(2);
    assert.deepEqual(dispatcher.workerGone(2), [start(3)]);
    assert.deepEqual(dispatcher.submitted("a"), [send("a", 1)]);
    assert.deepEqual(dispatcher.submitted("b"), []);
    assert.deepEqual(dispatcher.workerReady(3), [send("b", 3)]);
  });
  test("workerGone while starting keeps the queue for the replacement", () => {
    const dispatcher = new Dispatcher<Task>(1);
    dispatcher.opened();
    dispatcher.submitted("a");
    assert.deepEqual(dispatcher.workerGone(1), [start(2)]);
    assert.deepEqual(dispatcher.workerReady(2), [send("a", 2)]);
  });
  test("three that die before they did anything fail what waits", () => {
    const dispatcher = new Dispatcher<Task>(1);
    dispatcher.opened();
    dispatcher.submitted("a");
    dispatcher.submitted("b");
    assert.deepEqual(dispatcher.workerGone(1), [start(2)]);
    assert.deepEqual(dispatcher.workerGone(2), [start(3)]);
    assert.deepEqual(dispatcher.workerGone(3), [noWorker("a"), noWorker("b")]);
  });
  test("workers that get ready and die idle are not restarted for ever either", () => {
    const dispatcher = new Dispatcher<Task>(1);
    dispatcher.opened();
    for (let worker = 1; worker < MOST_FRUITLESS; worker++) {
      dispatcher.workerReady(worker);
      assert.deepEqual(dispatcher.workerGone(worker), [start(worker + 1)]);
    }
    dispatcher.workerReady(MOST_FRUITLESS);
    assert.deepEqual(dispatcher.workerGone(MOST_FRUITLESS), []);
  });
  test("workers that have done something and die idle are replaced without limit", () => {
    const dispatcher = busy(4);
    for (const worker of [1, 2, 3, 4]) dispatcher.settled(worker);
    for (const worker of [1, 2, 3, 4]) assert.deepEqual(dispatcher.workerGone(worker), [start(worker + 4)]);
  });
  test("submitted tries again when no worker is left", () => {
    const dispatcher = new Dispatcher<Task>(1);
    dispatcher.opened();
    for (const worker of [1, 2, 3]) dispatcher.workerGone(worker);
    assert.deepEqual(dispatcher.submitted("a"), [start(4)]);
    assert.deepEqual(dispatcher.workerGone(4), [start(5)]);
    assert.deepEqual(dispatcher.workerReady(5), [send("a", 5)]);
  });
  test("while another worker lives nothing fails; its answer allows new starts", () => {
    const dispatcher = new Dispatcher<Task>(2);
    dispatcher.opened();
    dispatcher.submitted("a");
    dispatcher.submitted("b");
    dispatcher.workerReady(1);
    assert.deepEqual(dispatcher.workerGone(2), [start(3)]);
    assert.deepEqual(dispatcher.workerGone(3), [start(4)]);
    assert.deepEqual(dispatcher.workerGone(4), []);
    assert.deepEqual(dispatcher.settled(1), [send("b", 1), start(5)]);
  });
  test("tasks that kill their workers do not count: the next ones still run", () => {
    const dispatcher = busy(1);
    for (let worker = 1; worker <= 5; worker++) {
      dispatcher.submitted(`killer ${worker}`);
      assert.equal(dispatcher.workerGone(worker)[1]?.do, "start-worker");
      dispatcher.workerReady(worker + 1);
    }
  });
});

describe("Dispatcher: cancelling", () => {
  test("withdrawn takes a queued task out and leaves a sent one alone", () => {
    const dispatcher = busy(1);
    dispatcher.submitted("b");
    dispatcher.submitted("c");
    assert.equal(dispatcher.withdrawn("b"), true);
    assert.equal(dispatcher.withdrawn("a"), false);
    assert.deepEqual(dispatcher.settled(1), [send("c", 1)]);
  });
  test("cancelled takes a queued task out", () => {
    const dispatcher = busy(1);
    dispatcher.submitted("b");
    assert.deepEqual(dispatcher.cancelled("b"), []);
    assert.deepEqual(dispatcher.settled(1), []);
  });
  test("cancelled stops the worker of a sent task; it is replaced when it is gone, and nothing fails", () => {
    const dispatcher = busy(1);
    dispatcher.submitted("b");
    assert.deepEqual(dispatcher.cancelled("a"), [stop(1)]);
    assert.deepEqual(dispatcher.cancelled("a"), []);
    assert.deepEqual(dispatcher.workerGone(1), [start(2)]);
    assert.deepEqual(dispatcher.workerReady(2), [send("b", 2)]);
  });
  test("an answer that crosses the cancellation gives the stopping worker nothing", () => {
    const dispatcher = busy(1);
    dispatcher.cancelled("a");
    dispatcher.submitted("b");
    assert.deepEqual(dispatcher.settled(1), []);
    assert.deepEqual(dispatcher.workerGone(1), [start(2)]);
  });
  test("cancelled does nothing for a settled or unknown task", () => {
    const dispatcher = busy(1);
    dispatcher.settled(1);
    assert.deepEqual(dispatcher.cancelled("a"), []);
    assert.deepEqual(dispatcher.cancelled("never"), []);
  });
});

describe("Dispatcher: ending", () => {
  test("closed lets idle workers go, busy ones as they settle, and stops those that have not begun", () => {
    const dispatcher = new Dispatcher<Task>(3);
    dispatcher.opened();
    dispatcher.submitted("a");
    dispatcher.workerReady(1);
    dispatcher.workerReady(2);
    assert.deepEqual(dispatcher.closed(), [letGo(2), stop(3)]);
    assert.deepEqual(dispatcher.closed(), []);
    assert.deepEqual(dispatcher.workerReady(3), []);
    assert.deepEqual(dispatcher.settled(1), [letGo(1)]);
    for (const worker of [1, 2, 3]) assert.deepEqual(dispatcher.workerGone(worker), []);
  });
  test("closed does what is queued first", () => {
    const dispatcher = busy(1);
    dispatcher.submitted("b");
    assert.deepEqual(dispatcher.closed(), []);
    assert.deepEqual(dispatcher.settled(1), [send("b", 1)]);
    assert.deepEqual(dispatcher.settled(1), [letGo(1)]);
  });
  test("a closed dispatcher replaces a worker only for work that waits", () => {
    const dispatcher = busy(3);
    dispatcher.submitted("d");
    dispatcher.closed();
    assert.deepEqual(dispatcher.workerGone(1), [lost("a"), start(4)]);
    assert.deepEqual(dispatcher.workerGone(2), [lost("b")]);
    assert.deepEqual(dispatcher.workerReady(4), [send("d", 4)]);
    assert.deepEqual(dispatcher.workerGone(4), [lost("d")]);
  });
  test("terminated stops workers that were let go and are not gone yet", () => {
    const dispatcher = busy(2);
    dispatcher.settled(1);
    assert.deepEqual(dispatcher.closed(), [letGo(1)]);
    assert.deepEqual(dispatcher.terminated(), [stop(1), stop(2)]);
    assert.deepEqual(dispatcher.terminated(), []);
  });
  test("terminated forgets all tasks and stops each worker once", () => {
    const dispatcher = busy(2);
    dispatcher.submitted("c");
    dispatcher.cancelled("a");
    assert.deepEqual(dispatcher.terminated(), [stop(2)]);
    assert.deepEqual(dispatcher.terminated(), []);
    assert.deepEqual(dispatcher.workerGone(2), []);
    assert.deepEqual(dispatcher.workerGone(1), []);
  });
});

/** Follows the commands, as a pool would, and checks each of them. */
class Model {
  readonly dispatcher: Dispatcher<Task>;
  readonly size: number;
  readonly queued = new Set<Task>();
  readonly workers = new Map<WorkerId, { state: "starting" | "idle" | "busy" | "leaving" | "stopping"; task?: Task }>();
  readonly settled: Task[] = [];
  readonly failed: Task[] = [];

  constructor(size: number) {
    this.size = size;
    this.dispatcher = new Dispatcher(size);
    this.follow(this.dispatcher.opened());
  }

  follow(commands: Command<Task>[]): void {
    for (const command of commands) this.#obey(command);
    assert.ok(this.workers.size <= this.size, "more workers than allowed");
    const idle = [...this.workers.values()].some(({ state }) => state === "idle");
    assert.ok(!(idle && this.queued.size > 0), "an idle worker beside a queued task");
    assert.ok(this.workers.size > 0 || this.queued.size === 0, "queued tasks that no worker will ever take");
  }

  #obey(command: Command<Task>): void {
    if (command.do === "start-worker") {
      assert.ok(!this.workers.has(command.worker));
      this.workers.set(command.worker, { state: "starting" });
      return;
    }
    if (command.do === "fail") {
      this.queued.delete(command.task);
      this.failed.push(command.task);
      return;
    }
    const worker = this.workers.get(command.worker)!;
    if (command.do === "send") {
      assert.equal(worker.state, "idle", "sent to a worker that is not idle");
      assert.ok(this.queued.delete(command.task), "sent a task that is not queued");
      Object.assign(worker, { state: "busy", task: command.task });
    } else if (command.do === "let-go") {
      assert.equal(worker.state, "idle", "let go while it works");
      worker.state = "leaving";
    } else {
      assert.notEqual(worker.state, "stopping", "stopped twice");
      worker.state = "stopping";
    }
  }
}

function randomRun(seed: number): void {
  const random = randomly(seed);
  const model = new Model(1 + random(4));
  const { dispatcher, workers, queued } = model;
  const cancelled: Task[] = [];
  let submitted = 0;
  const events: ((worker: WorkerId) => void)[] = [
    () => {
      queued.add(`${++submitted}`);
      model.follow(dispatcher.submitted(`${submitted}`));
    },
    (id) => {
      const worker = workers.get(id)!;
      if (worker.state !== "starting") return;
      worker.state = "idle";
      model.follow(dispatcher.workerReady(id));
    },
    (id) => {
      const worker = workers.get(id)!;
      if (worker.state !== "busy") return;
      model.settled.push(worker.task!);
      worker.state = "idle";
      delete worker.task;
      model.follow(dispatcher.settled(id));
    },
    (id) => {
      const worker = workers.get(id)!;
      if (worker.state !== "stopping" && random(3) > 0) return;
      workers.delete(id);
      const before = model.failed.length;
      model.follow(dispatcher.workerGone(id));
      if (worker.state === "busy") assert.ok(model.failed.slice(before).includes(worker.task!), "a lost task hangs");
    },
    () => {
      const task = `${1 + random(submitted + 1)}`;
      const running = [...workers.values()].find((worker) => worker.task === task && worker.state === "busy");
      if (!queued.delete(task) && running === undefined) return;
      cancelled.push(task);
      if (running !== undefined) delete running.task;
      model.follow(dispatcher.cancelled(task));
    },
  ];
  for (let step = 0; step < 300; step++) {
    const living = [...workers.keys()];
    const worker = living[random(Math.max(living.length, 1))];
    const event = worker === undefined ? events[0] : events[random(events.length)];
    event!(worker!);
  }
  model.follow(dispatcher.closed());
  // Every worker answers or ends from here on: all must come to rest.
  while (workers.size > 0) {
    for (const id of [...workers.keys()]) {
      const state = workers.get(id)?.state;
      if (state === "starting") events[1]!(id);
      else if (state === "busy") events[2]!(id);
      else {
        assert.match(state!, /^(leaving|stopping)$/, "an idle worker is left in a closed pool");
        events[3]!(id);
      }
    }
  }
  assert.equal(queued.size, 0);
  const ended = [...model.settled, ...model.failed, ...cancelled];
  assert.equal(new Set(ended).size, ended.length, "a task ended twice");
  assert.equal(ended.length, submitted, "a task never ended");
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
