/** The line of messages against random events: whatever dies and when, each task ends once, and only what ran is lost. */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Form, type FunctionId, type LineTask, type WorkerId } from "#heddle/channel/line/line.js";
import { MessageLine } from "#heddle/channel/line/message-line.js";
import { type TaskMessage, type ToEnd, Writing } from "#heddle/channel/line/message-protocol.js";
import { THREAD } from "#heddle/pickle/destination.js";
import { pack } from "#heddle/pickle/pickle.js";
import { randomly } from "./randomly.js";

interface Task extends LineTask {
  readonly n: number;
  begun: number;
  ended: string | undefined;
  isGivenUp: boolean;
}

/** The end of one worker, as far as the line sees it: messages on their way, and what it works on. */
class FakeEnd {
  readonly inbox: ToEnd[] = [];
  readonly outbox: unknown[] = [];
  waiting: TaskMessage[] = [];
  running: TaskMessage | undefined;
  isInterrupted = false;
  readonly known = new Set<FunctionId>();

  post = (message: unknown): void => void this.inbox.push(message as ToEnd);

  hear(): void {
    const message = this.inbox.shift();
    if (message === undefined) return;
    if (message.line === "tasks") {
      for (const [fn] of message.define ?? []) this.known.add(fn);
      for (const [, fn] of message.tasks) assert.ok(this.known.has(fn), "the function was not sent");
      this.waiting.push(...message.tasks);
    } else if (message.line === "give-back") {
      // Also all of them, if it happens to be between two.
      this.outbox.push({ line: "given-back", places: this.waiting.map(([place]) => place) });
      this.waiting = [];
    } else if (message.line === "interrupt") this.isInterrupted ||= this.running?.[0] === message.place;
    else this.known.delete(message.fn);
  }
}

class Simulation {
  readonly random: (n: number) => number;
  readonly ends = new Map<WorkerId, FakeEnd>();
  readonly retired = new Set<WorkerId>();
  readonly tasks: Task[] = [];
  readonly byNumber = new Map<number, Task>();
  readonly line: MessageLine<Task>;
  readonly fn: FunctionId;
  lastWorker = 0;

  constructor(seed: number) {
    this.random = randomly(seed);
    this.line = new MessageLine<Task>(THREAD, {
      done: (task, value) => {
        assert.equal(value, task.n);
        this.end(task, "done");
      },
      failed: (task, error) => {
        assert.ok(task.isGivenUp && "error" in error, "nothing fails here but what was given up");
        this.end(task, "given up");
      },
      room: () => {},
    });
    this.fn = this.line.define(pack((n: number) => n, { to: THREAD, name: "fn" }));
  }

  end(task: Task, how: string): void {
    assert.equal(task.ended, undefined, `task ${task.n} has ended as ${task.ended}, and ${how}`);
    task.ended = how;
  }

  join(): void {
    const end = new FakeEnd();
    this.ends.set(++this.lastWorker, end);
    this.line.joined(this.lastWorker, end);
  }

  offer(): void {
    if (this.line.room <= 0) return;
    const task: Task = { n: this.tasks.length, place: -1, begun: 0, ended: undefined, isGivenUp: false };
    this.tasks.push(task);
    this.line.write(task, this.fn, Form.ONE, task.n, { name: "payload" });
    this.line.offer(task);
  }

  /** The worker begins the next task, or has done the one it works on. */
  work(end: FakeEnd): void {
    if (end.running === undefined) {
      end.running = end.waiting.shift();
      end.isInterrupted = false;
      const task = this.tasks[end.running?.[4] as number];
      if (task === undefined) return;
      task.begun++;
      assert.equal(task.begun, 1, `task ${task.n} was begun twice`);
      assert.notEqual(task.ended, "taken back", `task ${task.n} was taken back, and begun`);
      return;
    }
    const [place, , , , value] = end.running;
    end.outbox.push({ line: "done", place, writing: Writing.PLAIN, value, ran: this.random(8) === 0 ? 3 : 0.01 });
    end.running = undefined;
  }

  deliver(id: WorkerId, end: FakeEnd): void {
    if (end.outbox.length > 0) this.line.heard(id, end.outbox.shift());
  }

  die(id: WorkerId, end: FakeEnd): void {
    while (end.outbox.length > 0) this.deliver(id, end);
    this.ends.delete(id);
    const lost = this.line.gone(id);
    assert.ok(lost.length <= 1, "more than one task is lost with one worker");
    for (const task of lost) {
      this.end(task, "lost");
      this.line.drop(task);
    }
    const running = this.tasks[end.running?.[4] as number];
    if (running !== undefined) assert.equal(running.ended, "lost", `task ${running.n} ran when its worker died`);
  }

  giveUp(task: Task | undefined): void {
    if (task === undefined || task.ended !== undefined || task.isGivenUp) return;
    if (this.line.revoke(task) === undefined) this.end(task, "taken back");
    else {
      task.isGivenUp = true;
      this.line.interrupt(task);
    }
  }

  async turn(): Promise<void> {
    await Promise.resolve();
  }

  async step(): Promise<void> {
    const living = [...this.ends];
    const [id, end] = living[this.random(Math.max(living.length, 1))] ?? [];
    const kind = this.random(12);
    if (kind < 4) this.offer();
    else if (kind === 4 && living.length < 4) this.join();
    else if (kind === 5) this.giveUp(this.tasks[this.random(Math.max(this.tasks.length, 1))]);
    else if (id === undefined || end === undefined) return;
    else if (kind < 8) end.hear();
    else if (kind < 10) this.work(end);
    else if (kind === 10) this.deliver(id, end);
    else if (this.random(6) === 0) this.die(id, end);
    else if (this.random(10) === 0) this.line.retire(id);
    if (this.random(3) === 0) await this.turn();
  }

  /** All that is left is done, by whoever takes tasks. */
  async finish(): Promise<void> {
    for (const [id] of this.ends) this.line.retire(id);
    this.join();
    for (let round = 0; this.tasks.some(({ ended }) => ended === undefined); round++) {
      assert.ok(round < 2000, `never ended: ${this.tasks.filter(({ ended }) => !ended).map(({ n }) => n)}`);
      await this.turn();
      for (const [id, end] of this.ends) {
        end.hear();
        this.work(end);
        this.deliver(id, end);
      }
    }
  }
}

test("MessageLine: random events, deaths included: each task ends once, and one death loses one task at most", async () => {
  for (let seed = 1; seed <= 400; seed++) {
    const simulation = new Simulation(seed);
    try {
      for (let step = 0; step < 250; step++) await simulation.step();
      await simulation.finish();
    } catch (error) {
      throw new Error(`seed ${seed}: ${error}`, { cause: error });
    }
  }
});

test("MessageLine: what is prefetched behind a long task goes to who has nothing to do", async () => {
  const simulation = new Simulation(1);
  simulation.join();
  const first = simulation.ends.get(1)!;
  const settle = async (): Promise<void> => {
    for (let i = 0; i < 3; i++) await simulation.turn();
  };
  // It is found to be short.
  simulation.offer();
  await settle();
  first.hear();
  simulation.work(first);
  first.outbox.push({ line: "done", place: first.running![0], writing: Writing.PLAIN, value: 0, ran: 0.01 });
  first.running = undefined;
  simulation.deliver(1, first);
  for (let i = 0; i < 5; i++) simulation.offer();
  await settle();
  first.hear();
  assert.equal(first.waiting.length, 5);
  simulation.work(first);
  simulation.join();
  await settle();
  first.hear();
  simulation.deliver(1, first);
  await settle();
  const second = simulation.ends.get(2)!;
  second.hear();
  assert.deepEqual([first.waiting.length, second.waiting.length], [0, 4]);
});
