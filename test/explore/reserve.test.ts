/**
 * The reserve of threads in all orders: the real Reserve, ThreadHost and ThreadWorker on workers that are made step by
 * step (fake-threads.ts). Everything a worker does, a message, an exit or a timer may come before or after anything else.
 */
import assert from "node:assert/strict";
import { type TestContext, test } from "node:test";
import { Reserve } from "#heddle/worker/reserve.js";
import { ThreadHost } from "#heddle/worker/thread-host.js";
import { HostState } from "#heddle/worker/thread-protocol.js";
import { expectThread, ThreadWorker } from "#heddle/worker/thread-worker.js";
import type { WorkerExit } from "#heddle/worker/worker.js";
import { ground, stage } from "./fake-threads.js";
import { mutate } from "./mutants/mutate.js";

/** Of these one is a mutant, or none. */
interface Parts {
  readonly ThreadHost: typeof ThreadHost;
  readonly Reserve: typeof Reserve;
}

type Step =
  | { readonly start: "clean" | "traces" | "unsendable" }
  | { readonly terminate: number }
  | "expect"
  /** What was expected cannot be made ready to leave. */
  | "give up"
  /** From now on no worker boots, and again all do. */
  | "break"
  | "mend";

/** One thread, as its starter sees it. */
class Started {
  readonly exits: WorkerExit[] = [];
  readonly worker: ThreadWorker;
  isTerminated = false;
  /** It was started before the trouble was over. */
  mayFail = false;
  constructor(reserve: Reserve, data: string, expected: ThreadHost | undefined) {
    const nothing = (): void => {};
    const spec = { entry: "entry", name: "t", data, daemon: false, onMessage: nothing };
    this.worker = new ThreadWorker({ ...spec, onExit: (exit) => this.exits.push(exit) }, undefined, expected, reserve);
  }
}

/** One order of events, given by `choices`; beyond them the first possibility is taken. */
class Order {
  readonly taken: { chosen: number; of: number }[] = [];
  readonly #reserve: Reserve;
  readonly #script: Step[];
  readonly #choices: readonly number[];
  readonly #seen: Set<string>;
  readonly #started: Started[] = [];
  #expected: ThreadHost | undefined;
  /** What the starter has done and heard, which makes its state. */
  #log = "";

  constructor(parts: Parts, script: readonly Step[], size: number, choices: readonly number[], seen: Set<string>) {
    this.#script = [...script];
    this.#choices = choices;
    this.#seen = seen;
    Object.assign(stage, {
      workers: [],
      timers: [],
      lastId: 0,
      isBroken: false,
      choose: (count: number) => this.#choose(count),
    });
    this.#reserve = new parts.Reserve(ground, parts.ThreadHost);
    this.#reserve.size = size;
  }

  /** @returns false if the run came to where another one has been */
  run(size: number): boolean {
    for (;;) {
      const actions = this.#actions();
      if (actions.length === 0) break;
      if (this.taken.length >= this.#choices.length && this.#isKnown()) return false;
      actions[this.#choose(actions.length)]!();
      const forgotten = stage.workers.find(
        ({ isToEnd, isRef, exitcode }) => isToEnd && !isRef && exitcode === undefined,
      );
      assert.equal(forgotten, undefined, "the program may end while somebody waits for the end of a worker");
    }
    this.#check(size);
    return true;
  }

  #isKnown(): boolean {
    const workers = stage.workers.map(({ steps, boot, isToEnd, exitcode, isReported }) =>
      [
        steps,
        boot.cell[0],
        boot.port.inbox.length,
        boot.port.other!.inbox.length,
        isToEnd,
        exitcode,
        isReported,
      ].join(),
    );
    const key = `${this.#log} ${workers.join(" ")}`;
    if (this.#seen.has(key)) return true;
    this.#seen.add(key);
    return false;
  }

  #choose(of: number): number {
    const chosen = this.#choices[this.taken.length] ?? 0;
    this.taken.push({ chosen, of });
    return chosen;
  }

  #actions(): (() => void)[] {
    const log = (what: string, act: () => void) => () => {
      this.#log += what;
      act();
    };
    const [step] = this.#script;
    return [
      ...(step === undefined || !this.#may(step) ? [] : [log("s", () => this.#take(step))]),
      ...stage.workers.flatMap((worker, index) => [
        ...(worker.canStep ? [() => worker.step()] : []),
        ...(worker.isToEnd && worker.exitcode === undefined ? [() => void (worker.exitcode = 1)] : []),
        ...(worker.exitcode !== undefined && !worker.isReported ? [log(`x${index}`, () => worker.reportExit())] : []),
        ...(worker.boot.port.other!.inbox.length > 0 && !worker.isReported
          ? [log(`m${index}`, () => worker.boot.port.other!.listener!(worker.boot.port.other!.inbox.shift()))]
          : []),
      ]),
      ...stage.timers.slice(0, 1).map((timer) =>
        log("t", () => {
          stage.timers = stage.timers.filter((other) => other !== timer);
          timer.fire();
        }),
      ),
    ];
  }

  #may(step: Step): boolean {
    return typeof step === "string" || "start" in step || this.#started[step.terminate] !== undefined;
  }

  #take(step: Step): void {
    this.#script.shift();
    if (step === "expect") this.#expected = expectThread("entry", "t", undefined, this.#reserve);
    else if (step === "give up") this.#expected = undefined;
    else if (step === "break") stage.isBroken = true;
    else if (step === "mend") {
      stage.isBroken = false;
      for (const started of this.#started) started.mayFail = true;
    } else if ("start" in step) this.#start(step.start);
    else {
      const started = this.#started[step.terminate]!;
      started.isTerminated = started.exits.length === 0;
      void started.worker.terminate();
    }
  }

  #start(data: string): void {
    const start = () => new Started(this.#reserve, data, this.#expected);
    if (data === "unsendable") assert.throws(start, /unsendable/);
    else this.#started.push(start());
    this.#expected = undefined;
  }

  #check(size: number): void {
    for (const { worker, exits, isTerminated, mayFail } of this.#started) {
      assert.equal(exits.length, 1, `thread ${worker.id} ended ${exits.length} times`);
      const runs = stage.workers.flatMap(({ carried }) => carried).filter((id) => id === worker.id).length;
      assert.ok(runs === 1 || (runs === 0 && (isTerminated || mayFail)), `thread ${worker.id} ran ${runs} times`);
      assert.ok(exits[0]!.exitcode === 0 || isTerminated || mayFail, `thread ${worker.id} died with its worker`);
    }
    const alive = stage.workers.filter(({ exitcode }) => exitcode === undefined);
    const left = alive.length;
    assert.ok(!alive.some(({ boot }) => boot.cell[0] === HostState.AWAITED), "a worker is left that waits for ever");
    assert.ok(left <= size, `${left} workers are left, more than ${size}`);
  }
}

const LIMIT = 200_000;

/** @returns how many orders there were */
function allOrders(parts: Parts, script: readonly Step[], size = 1): number {
  const seen = new Set<string>();
  let orders = 0;
  for (let choices: number[] | undefined = []; choices !== undefined && orders < LIMIT; orders++) {
    const order = new Order(parts, script, size, choices, seen);
    order.run(size);
    choices = next(order.taken);
  }
  assert.ok(orders < LIMIT, "too many orders");
  return orders;
}

/** The choices after these, depth first. */
function next(taken: readonly { chosen: number; of: number }[]): number[] | undefined {
  const last = taken.findLastIndex(({ chosen, of }) => chosen + 1 < of);
  if (last === -1) return undefined;
  return [...taken.slice(0, last).map(({ chosen }) => chosen), taken[last]!.chosen + 1];
}

const START: Step = { start: "clean" };
const TRACES: Step = { start: "traces" };
/** Those with few orders first: most mutants are caught by one of them. */
const SCRIPTS: Readonly<Record<string, readonly Step[]>> = {
  "two threads": [START, START],
  "a thread after one that leaves traces": [TRACES, START],
  "a thread that was expected": ["expect", START],
  "a thread after one that was given up": ["expect", "give up", START],
  "one that was expected when no worker could boot, and one after that": ["break", "expect", "give up", "mend", START],
  "one after an expected one that cannot be posted": ["expect", { start: "unsendable" }, START],
  "a thread after one whose successor in the reserve cannot boot": [TRACES, "break", "mend", START],
  "one that was expected and is terminated": ["expect", START, { terminate: 0 }],
  "a thread after one that is terminated": [START, { terminate: 0 }, START],
};

const real: Parts = { ThreadHost, Reserve };
for (const [what, script] of Object.entries(SCRIPTS)) {
  test(`reserve: ${what}: each runs once and ends once, in all orders`, (t: TestContext) => {
    t.diagnostic(`${allOrders(real, script)} orders`);
  });
}

for (const [what, part, from, to] of [
  [
    "a host that was told to end goes to the reserve",
    "thread-host",
    "if (!this.#isDoomed)\n            this.#events",
    "if (true) this.#events",
  ],
  ["a host is claimed when it may rest already", "thread-host", "=== HostState.BOOTING;", "!== -1;"],
  [
    "a claimed host is not let go when the birth cannot be posted",
    "thread-host",
    "compareExchange(HostState.AWAITED, HostState.BOOTING)",
    "load()",
  ],
  ["a host that boots for somebody else is claimed", "reserve", "host === expected && ", ""],
  ["a host does not hear that it is to begin", "thread-host", "this.#state.store(HostState.BUSY);", ""],
  [
    "a host that idles is told to end while others may take it",
    "reserve",
    "// First, so that nobody takes it while it goes.\n            this.#withdraw(host);",
    "",
  ],
] as const) {
  test(`mutant caught: ${what}`, async () => {
    const mutant = { ...real, ...(await mutate<Partial<Parts>>(part, from, to, "worker")) };
    assert.throws(() => {
      for (const script of Object.values(SCRIPTS)) allOrders(mutant, script);
    }, /thread \d+ (ended|ran|died)|left that waits/);
  });
}
