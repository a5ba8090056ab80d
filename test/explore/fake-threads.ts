/** Stands in for the platform below `src/worker`: workers, ports, words and timers that do what an Orders run chooses. */
import { HostState, type ThreadBirth, type ThreadBoot } from "#heddle/worker/thread-protocol.js";

/** What is running now; set by orders.ts. */
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

export const isMainThread = false;
export const SHARE_ENV = Symbol("SHARE_ENV");

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

export class MessageChannel {
  readonly port1 = new Port();
  readonly port2 = new Port();
  constructor() {
    this.port1.other = this.port2;
    this.port2.other = this.port1;
  }
}

export function receiveMessageOnPort(port: Port): { message: unknown } | undefined {
  return port.inbox.length === 0 ? undefined : { message: port.inbox.shift() };
}

/** A worker that does step by step what thread-boot.ts does. */
export class Worker {
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

  constructor(_file: unknown, { workerData }: { workerData: Worker["boot"] }) {
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
export class SharedWord {
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

export function threadStartedBy(start: () => void): { tid: number; born: number } {
  start();
  return { tid: 0, born: 0 };
}

export function processRealm(): unknown {
  const threads = { claim: () => ++stage.lastId, expect: () => {} };
  return { threads, allocator: {}, me: 0, settle: () => {}, ledger: { reap: () => {} } };
}

export const availableParallelism = (): number => 2;

interface Timer {
  readonly fire: () => void;
  unref(): Timer;
}

export function setTimer(fire: () => void): Timer {
  const timer: Timer = { fire, unref: () => timer };
  stage.timers.push(timer);
  return timer;
}

export function clearTimer(timer: Timer | undefined): void {
  stage.timers = stage.timers.filter((other) => other !== timer);
}
