/**
 * Threads that work on something shared are terminated at random instants, one after another, while another one and
 * main go on; in every other round all at once, and main looks at what they leave before anybody has used it.
 *
 * Each thread does its operations in an order that its id and their numbers decide, and says after each that it is done.
 * So what it must have left is known, but for one operation: that in its hands.
 */
import assert from "node:assert/strict";
import type { TestContext } from "node:test";
import { Value } from "heddle/shared";
import { Thread } from "heddle/threading";
import { processRealm } from "#heddle/memory/process-realm.js";
import { chance } from "../stress/chance.js";
import { delaySteps } from "../stress/delays.js";

/** One round's container, and what is done with it. */
export interface Stage {
  /** Operation `at` (0, 1, 2 ...) of the thread `id`. Goes to the threads. */
  readonly perform: (id: number, at: number) => void;
  /** Done by main meanwhile. @throws if what it sees may not be */
  readonly look: () => void;
  /** Done by main in the end. @throws if what is left may not be */
  readonly check: (threads: readonly Worked[]) => void;
  readonly dispose: () => void;
}

/** What a thread came to. */
export interface Worked {
  readonly id: number;
  /** Operations that are done. */
  readonly done: number;
  /** Whether one more may be done, or half of it. */
  readonly isDead: boolean;
}

/**
 * Of a thread that does `turns` kinds of operations in turn: how often it has done the kind that comes as `turn` of them.
 *
 * @returns at least and at most
 */
export function timesDone({ done, isDead }: Worked, turn: number, turns: number): readonly [number, number] {
  const times = (operations: number): number => Math.floor((operations + turns - 1 - turn) / turns);
  return [times(done), times(done + (isDead ? 1 : 0))];
}

/** @throws if `count` is not what all threads together have counted at that turn, but for what the dead were doing */
export function checkCount(count: number, threads: readonly Worked[], turn: number, turns: number): void {
  const times = threads.map((thread) => timesDone(thread, turn, turns));
  const [least, most] = [0, 1].map((end) => times.reduce((sum, bounds) => sum + bounds[end]!, 0));
  assert.ok(count >= least! && count <= most!, `turn ${turn}: ${count} is not from ${least} to ${most}`);
}

/** How many threads work in a round. */
export const WORKERS = 3;
/** Operations of all threads between two terminations are below it. */
const MOST_OPERATIONS = 1500;
/** Milliseconds: nobody is hindered that long unless for ever. */
const PATIENCE = 60_000;
/** Operations of a survivor after the last termination. */
const PROGRESS = 50;
/** How many threads die, in each test. */
export const TERMINATIONS = Number(process.env["HEDDLE_SOAK"] ?? 10);
export const SEED = Number(process.env["HEDDLE_SEED"] ?? Date.now() % 1_000_000);

/** Terminates so many threads that work on what `prepare` makes. The seed of a round that fails is told. */
export async function terminating(t: TestContext, prepare: () => Stage): Promise<void> {
  const demandNothingLost = watchMemory();
  let [deaths, round] = [0, 0];
  for (; deaths < TERMINATIONS; round++) {
    const seed = SEED + round;
    try {
      deaths += await new Round(prepare(), seed).run(seed % 2 === 0);
    } catch (error) {
      throw new Error(`In round ${round}; HEDDLE_SEED=${seed} begins with it`, { cause: error });
    }
  }
  t.diagnostic(`${deaths} terminations in ${round} rounds; HEDDLE_SEED=${SEED}`);
  demandNothingLost(round * WORKERS);
}

/** Bytes that the record of a thread keeps when it is over: its name. */
const NAME_BYTES = 64;
/** Bytes for what each thread holds, given back with the threads that are there at the same time. */
const LEDGER_BYTES = 2048;

/** @returns called when everything is disposed of and `threads` have ended, throws if memory of the heap was lost since */
export function watchMemory(): (threads: number) => void {
  // The table of names is made with the first object, and stays.
  processRealm().names.numberOf(["table"]);
  const before = processRealm().allocator.statistics().used;
  return (threads) => {
    const { used, pending } = processRealm().allocator.statistics();
    assert.equal(pending, 0);
    const lost = used - before - threads * NAME_BYTES;
    assert.ok(lost <= LEDGER_BYTES, `${lost} bytes lost`);
  };
}

interface Worker {
  readonly id: number;
  readonly done: Value<"i32">;
  readonly thread: Thread<[], void>;
}

class Round {
  readonly #stage: Stage;
  readonly #seed: number;
  readonly #random: () => number;
  readonly #stop = new Value("bool");
  readonly #workers: readonly Worker[];
  readonly #living: Set<Worker>;

  constructor(stage: Stage, seed: number) {
    this.#stage = stage;
    this.#seed = seed;
    this.#random = chance(seed);
    this.#workers = Array.from({ length: WORKERS }, (_, id) => this.#start(id));
    this.#living = new Set(this.#workers);
  }

  /** @returns how many were terminated */
  async run(oneSurvives: boolean): Promise<number> {
    const doomed = this.#workers.slice(oneSurvives ? 1 : 0);
    try {
      if (oneSurvives) await this.#terminateInTurn(doomed);
      else await this.#terminateAtOnce(doomed);
      this.#stage.check(
        this.#workers.map(({ id, done }) => ({ id, done: done.value, isDead: !oneSurvives || id > 0 })),
      );
      return doomed.length;
    } finally {
      await this.#clear();
    }
  }

  async #terminateInTurn(doomed: readonly Worker[]): Promise<void> {
    for (const worker of doomed) {
      await this.#work(this.#random() * MOST_OPERATIONS);
      await this.#end(worker);
    }
    await this.#work(PROGRESS);
    this.#stop.value = true;
    await this.#workers[0]!.thread.result();
  }

  async #terminateAtOnce(doomed: readonly Worker[]): Promise<void> {
    await this.#work(this.#random() * MOST_OPERATIONS * doomed.length);
    await Promise.all(doomed.map((worker) => this.#end(worker)));
  }

  async #end(worker: Worker): Promise<void> {
    await demandNoFailure(worker);
    this.#living.delete(worker);
    await worker.thread.terminate();
  }

  /** Until so many more operations are done. */
  async #work(operations: number): Promise<void> {
    const [goal, start] = [this.#done() + Math.floor(operations), performance.now()];
    while (this.#done() < goal) {
      assert.ok(performance.now() - start < PATIENCE, "the threads do not go on");
      for (const worker of this.#living) await demandNoFailure(worker);
      this.#stage.look();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  #done(): number {
    return this.#workers.reduce((sum, { done }) => sum + done.value, 0);
  }

  #start(id: number): Worker {
    const [done, stop, { perform }] = [new Value("i32"), this.#stop, this.#stage];
    const seed = this.#seed * WORKERS + id;
    const target = () => {
      delaySteps(seed);
      for (let at = 0; !stop.value; at++) {
        perform(id, at);
        done.value = at + 1;
      }
    };
    return { id, done, thread: new Thread({ target, daemon: true }).start() };
  }

  async #clear(): Promise<void> {
    await Promise.all(this.#workers.map(({ thread }) => thread.terminate()));
    for (const { done } of this.#workers) done.dispose();
    this.#stop.dispose();
    this.#stage.dispose();
  }
}

/** @throws what the thread threw, if it did */
async function demandNoFailure({ thread }: Worker): Promise<void> {
  if (!thread.isAlive) await thread.result();
}
