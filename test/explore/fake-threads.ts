/** The ground of hosts in all orders: workers, ports, words and timers that do what the run chooses. */
import type { Ground } from "#heddle/worker/ground.js";
import { HostState, type ThreadBirth, type ThreadBoot } from "#heddle/worker/thread-protocol.js";

/** What is running now; each order sets it. */
export const stage: {
  workers: Worker[];
  timers: Timer[];
  choose: (count: number) => number;
  lastId: number;
  /** No worker can boot: the working directory is gone, say. */
  isBroken: boolean;
} = {
  workers: [],
  timers: [],
  choose: () => 0,
  lastId: 0,
  isBroken: false,
};

function refuseUnsendable(birth: ThreadBirth | undefined): void {
  if (birth?.data === "unsendable") throw new RangeError("unsendable");
}

class Port {
  readonly inbox: unknown[] = [];
  other: Port | undefined;
  listener: ((message: unknown) => void) | undefined;
  on(_event: string, listener: (message: unknown) => void): void {
    this.listener = listener;
  }
  postMessage(message: unknown): void {
    refuseUnsendable((message as { birth?: ThreadBirth }).birth);
    this.other!.inbox.push(message);
  }
  unref(): void {}
  close(): void {}
}

class Channel {
  readonly port1 = new Port();
  readonly port2 = new Port();
  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

function receive(port: Port): { message: unknown } | undefined {
  return port.inbox.length === 0 ? undefined : { message: port.inbox.shift() };
}

/** A worker that does step by step what thread-boot.ts does. */
class Worker {
  readonly boot: Omit<ThreadBoot, "port"> & { port: Port };
  readonly carried: number[] = [];
  steps = 0;
  isAsleep = false;
  isToEnd = false;
  isRef = true;
  exitcode: number | undefined;
  isReported = false;
  readonly #life: Iterator<void>;
  readonly #onExit: ((exitcode: number) => void)[] = [];

  constructor({ workerData }: { workerData: Worker["boot"] }) {
    refuseUnsendable(workerData.birth);
    this.boot = workerData;
    this.#life = this.#live();
    stage.workers.push(this);
  }
  on(event: string, listener: (exitcode: number) => void): void {
    if (event === "exit") this.#onExit.push(listener);
  }
  ref(): void {
    this.isRef = true;
  }
  unref(): void {
    this.isRef = false;
  }
  async terminate(): Promise<number> {
    this.isRef = true; // as Node does
    this.isToEnd = true;
    return 1;
  }
  get canStep(): boolean {
    const [state] = this.boot.cell;
    const sleeps = this.isAsleep && (state === HostState.RESTING || state === HostState.AWAITED);
    return this.exitcode === undefined && !sleeps;
  }
  step(): void {
    this.steps++;
    this.#life.next();
  }
  reportExit(): void {
    this.isReported = true;
    for (const listener of this.#onExit) listener(this.exitcode!);
  }
  *#live(): Generator<void> {
    const { cell, birth: first } = this.boot;
    if (stage.isBroken) {
      this.exitcode = 1;
      return;
    }
    for (let birth = first ?? (yield* this.#booted()); ; birth = yield* this.#rest()) {
      this.carried.push(birth.id);
      yield;
      cell[0] = HostState.CONCLUDING;
      yield;
      if (birth.data !== "traces" && this.boot.reusable) continue;
      cell[0] = HostState.BUSY;
      yield;
      this.exitcode = 0;
      return;
    }
  }
  *#booted(): Generator<void, ThreadBirth> {
    const { cell } = this.boot;
    for (;;) {
      if (cell[0] === HostState.BOOTING) {
        cell[0] = HostState.CONCLUDING;
        yield;
        return yield* this.#rest();
      }
      if (cell[0] !== HostState.AWAITED) return this.#nextBirth();
      this.isAsleep = true;
      while (cell[0] === HostState.AWAITED) yield;
      this.isAsleep = false;
    }
  }
  *#rest(): Generator<void, ThreadBirth> {
    const { cell, port } = this.boot;
    port.postMessage({ kind: "rests" });
    yield;
    if (cell[0] === HostState.CONCLUDING) cell[0] = HostState.RESTING;
    this.isAsleep = true;
    while (cell[0] === HostState.RESTING) yield;
    this.isAsleep = false;
    return this.#nextBirth();
  }
  #nextBirth(): ThreadBirth {
    const { port } = this.boot;
    for (;;) {
      const message = port.inbox.shift() as { birth?: ThreadBirth };
      if (message.birth !== undefined) return message.birth;
    }
  }
}

/** While the starter waits the workers go on, or the time runs out. */
class State {
  readonly #cells: Int32Array;
  constructor(cells: Int32Array) {
    this.#cells = cells;
  }
  load(): number {
    return this.#cells[0]!;
  }
  compareExchange(expected: number, value: number): number {
    const before = this.load();
    if (before === expected) this.store(value);
    return before;
  }
  store(value: number): void {
    this.#cells[0] = value;
  }
  notify(): void {}
  wait(expected: number): void {
    while (this.load() === expected) {
      const able = stage.workers.filter((worker) => worker.canStep);
      const chosen = stage.choose(able.length + 1);
      if (chosen === 0) return;
      able[chosen - 1]!.step();
    }
  }
}

interface Timer {
  readonly fire: () => void;
  unref(): Timer;
}

const realm = {
  threads: { claim: () => ++stage.lastId, expect: () => {} },
  me: 0,
  settle: () => {},
  ledger: { reap: () => {} },
};

/** What hosts use of a ground. */
export const ground = {
  realm: () => realm,
  start: (options: ConstructorParameters<typeof Worker>[0]) => ({
    worker: new Worker(options),
    native: { tid: 0, born: 0 },
  }),
  channel: () => new Channel(),
  receive,
  state: (cells: Int32Array) => new State(cells),
  setTimer: (fire: () => void): Timer => {
    const timer: Timer = { fire, unref: () => timer };
    stage.timers.push(timer);
    return timer;
  },
  clearTimer: (timer: Timer | undefined): void => {
    stage.timers = stage.timers.filter((other) => other !== timer);
  },
} as unknown as Ground;
