/**
 * The depot in all orders of its steps and those of a putter and a getter, each killed before any of its steps or never: who
 * takes a ticket out of the queue finds what it stands for, and a death leaves one deposit at most.
 */
import assert from "node:assert/strict";
import { test } from "node:test";
import { Depot, type Visitor } from "#heddle/depot/depot.js";
import type { FromDepot, Ticket, ToDepot } from "#heddle/depot/depot-protocol.js";

/** A thread with its channel. What the depot has not heard, it may hear at any time, other channels first. */
class Party implements Visitor {
  readonly isGone = false;
  readonly unheard: ToDepot[] = [];
  readonly answers: FromDepot[] = [];
  close(): void {}
  receive(): ToDepot | undefined {
    return this.unheard.shift();
  }
  answer(message: FromDepot): void {
    this.answers.push(message);
  }
}

/** One step of a thread, or a moment at which it waits. */
interface Step {
  readonly isReady: () => boolean;
  readonly run: () => void;
}

const always = (): boolean => true;

/** One hand-over of two items, and how far each side gets. */
class HandOver {
  readonly depot = new Depot();
  readonly putter = new Party();
  readonly getter = new Party();
  readonly heir = new Party();
  readonly queue: Ticket[] = [];
  readonly got: FromDepot[] = [];
  readonly #steps: Step[][];

  constructor(putterSteps: number, getterSteps: number) {
    for (const party of [this.putter, this.getter, this.heir]) this.depot.welcome(party);
    const puts = ["one", "two"].flatMap((ticket) => this.#put(ticket));
    const gets = [1, 2].flatMap(() => this.#get(this.getter));
    this.#steps = [puts.slice(0, putterSteps), gets.slice(0, getterSteps)];
  }

  /** @returns what may happen next */
  choices(): (() => void)[] {
    const threads = this.#steps.filter(([next]) => next?.isReady()).map((steps) => () => steps.shift()!.run());
    const heard = [this.putter, this.getter]
      .filter(({ unheard }) => unheard.length > 0)
      .map((party) => () => this.depot.hear(party, party.receive()!));
    return [...threads, ...heard];
  }

  /** The heir's questions are heard before all others. */
  inherit(): void {
    while (this.queue.length > 0) {
      const [take, ask, answered] = this.#get(this.heir) as [Step, Step, Step];
      take.run();
      ask.run();
      this.depot.hear(this.heir, this.heir.receive()!);
      answered.run();
    }
    for (const party of [this.putter, this.getter]) {
      for (let message = party.receive(); message !== undefined; message = party.receive())
        this.depot.hear(party, message);
    }
  }

  #put(ticket: Ticket): Step[] {
    const { unheard } = this.putter;
    return [
      { isReady: always, run: () => unheard.push({ type: "put", ticket, body: `body ${ticket}` }) },
      { isReady: always, run: () => this.queue.push(ticket) },
    ];
  }

  #get(party: Party): Step[] {
    let ticket = "";
    return [
      { isReady: () => this.queue.length > 0, run: () => (ticket = this.queue.shift()!) },
      { isReady: always, run: () => party.unheard.push({ type: "take", ticket }) },
      { isReady: () => party.answers.length > 0, run: () => this.got.push(party.answers.shift()!) },
    ];
  }
}

/** Runs the hand-over in the order that `path` says, first choices after it. @returns how many choices there were */
function follow(path: readonly number[], putterSteps: number, getterSteps: number): number[] {
  const world = new HandOver(putterSteps, getterSteps);
  const widths: number[] = [];
  for (let choices = world.choices(); choices.length > 0; choices = world.choices()) {
    choices[path[widths.length] ?? 0]!();
    widths.push(choices.length);
  }
  world.inherit();
  const where = `${putterSteps} steps of the putter, ${getterSteps} of the getter, order ${path.join("")}`;
  for (const { found, body } of world.got) assert.ok(found && String(body).startsWith("body"), where);
  assert.equal(new Set(world.got.map(({ body }) => body)).size, world.got.length, where);
  const orphans = (putterSteps % 2 === 1 ? 1 : 0) + (getterSteps % 3 === 1 ? 1 : 0);
  assert.ok(world.depot.size <= orphans, `${where}: ${world.depot.size} deposits are left`);
  return widths;
}

/** @returns the path of the next order; undefined after the last */
function next(path: readonly number[], widths: readonly number[]): number[] | undefined {
  for (let at = widths.length - 1; at >= 0; at--) {
    const choice = path[at] ?? 0;
    if (choice + 1 < widths[at]!) return [...Array.from({ length: at }, (_, i) => path[i] ?? 0), choice + 1];
  }
  return undefined;
}

test("depot: killed before each step, in all orders of hearing, it gives out what a ticket stands for", (t) => {
  let orders = 0;
  for (let putterSteps = 0; putterSteps <= 4; putterSteps++) {
    for (let getterSteps = 0; getterSteps <= 6; getterSteps++) {
      for (let path: number[] | undefined = []; path !== undefined; orders++) {
        path = next(path, follow(path, putterSteps, getterSteps));
      }
    }
  }
  assert.ok(orders > 1000);
  t.diagnostic(`${orders} orders`);
});

test("depot: who is gone is no longer listened to when somebody new comes", () => {
  const depot = new Depot();
  let closed = 0;
  const gone = Object.assign(new Party(), { isGone: true, close: () => closed++ });
  depot.welcome(gone);
  depot.welcome(new Party());
  depot.welcome(new Party());
  assert.equal(closed, 1);
});
