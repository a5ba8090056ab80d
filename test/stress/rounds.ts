/**
 * Rounds of killing: some threads do the same step over and over, with random delays between its operations and more
 * threads than cores; the victims among them are terminated at random instants. The survivors must go on and end well.
 */
import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";
import { Value } from "heddle/shared";
import { Event, Thread } from "heddle/threading";
import { chance } from "./chance.js";
import { delaySteps, sleepUnsliced } from "./delays.js";

/** One round's primitive and what is done with it. */
export interface Scene {
  /** Done over and over, in all threads; it must not depend on the victims. */
  readonly step: () => void;
  /** Done by main while it waits; for those who would otherwise rightly wait for ever. */
  readonly nudge?: (stopping: boolean) => void;
  /** Done by main when all threads have ended. */
  readonly after?: () => void;
}

/** How many threads are killed in a round. */
export const VICTIMS = 10;
const SURVIVORS = 2;

/** Steps that the survivors must do after the last kill. */
const PROGRESS = 4;

/** Milliseconds: nobody is hindered that long unless for ever. */
const PATIENCE = 60_000;

/** Longest life of a victim after all have begun, in milliseconds. */
const LIFE = 12;

/** Some time within this one a thread boots, in milliseconds. */
const BOOT = 60;

/** Kills `kills` threads of scenes that `stage` makes, VICTIMS of each scene. */
export async function killing(stage: () => Scene, kills: number, seed: number): Promise<void> {
  for (let round = 0; round * VICTIMS < kills; round++) {
    const here = seed + round;
    try {
      await new Round(stage(), here).run(Math.min(VICTIMS, kills - round * VICTIMS));
    } catch (error) {
      throw new Error(`In round ${round}; HEDDLE_SEED=${here} begins with it`, { cause: error });
    }
  }
}

/** How many threads there are where nobody is killed. */
const PEACEFUL = 5;
/** Steps that they do together in a round. */
const STEPS = 200;

/** Runs `rounds` scenes of `stage` in which nobody dies and no sleep ends without a wake-up: one that is lost is a hang. */
export async function unsliced(stage: () => Scene, rounds: number, seed: number): Promise<void> {
  for (let round = 0; round < rounds; round++) {
    const here = seed + round;
    try {
      await new Round(stage(), here).runInPeace();
    } catch (error) {
      throw new Error(`In round ${round}; HEDDLE_SEED=${here} begins with it`, { cause: error });
    }
  }
}

class Round {
  readonly #scene: Scene;
  readonly #seed: number;
  readonly #random: () => number;
  readonly #begun = new Value("i32");
  readonly #steps = new Value("i32");
  readonly #stop = new Value("bool");
  /** Who has booted sleeps until all have: nobody takes their cores meanwhile. */
  readonly #go = new Event();

  constructor(scene: Scene, seed: number) {
    this.#scene = scene;
    this.#seed = seed;
    this.#random = chance(seed);
  }

  async run(kills: number): Promise<void> {
    const survivors = Array.from({ length: SURVIVORS }, (_, index) => this.#start(index, this.#survive()));
    const victims = Array.from({ length: kills }, (_, index) => this.#start(SURVIVORS + index, this.#suffer()));
    try {
      await this.#kill(victims);
      await this.#goOn(survivors, PROGRESS);
    } finally {
      await this.#clear([...survivors, ...victims]);
    }
  }

  async runInPeace(): Promise<void> {
    const threads = Array.from({ length: PEACEFUL }, (_, index) => this.#start(index, this.#survive(true)));
    try {
      await this.#until(() => this.#begun.value === PEACEFUL, "the beginning of the threads");
      this.#go.set();
      await this.#goOn(threads, STEPS);
    } finally {
      await this.#clear(threads);
    }
  }

  async #goOn(threads: readonly Thread<never>[], steps: number): Promise<void> {
    const before = this.#steps.value;
    await this.#until(() => this.#steps.value >= before + steps, "progress");
    this.#stop.value = true;
    await this.#until(() => threads.every((thread) => !thread.isAlive), "the end of the threads");
    for (const thread of threads) await thread.result();
    this.#scene.after?.();
  }

  async #clear(threads: readonly Thread<never>[]): Promise<void> {
    for (const thread of threads) await thread.terminate();
    for (const shared of [this.#begun, this.#steps, this.#stop, this.#go]) shared.dispose();
  }

  /** One in ten dies while it boots or begins, the others anywhere in a step. */
  async #kill(victims: readonly Thread<never>[]): Promise<void> {
    const early = Math.floor(victims.length / 10);
    const inBoot = victims.slice(0, early).map((victim) => this.#endSoon(victim, BOOT));
    const others = victims.slice(early);
    await this.#until(() => this.#begun.value >= SURVIVORS + others.length, "the beginning of the threads");
    this.#go.set();
    await Promise.all([...inBoot, ...others.map((victim) => this.#endSoon(victim, LIFE))]);
  }

  async #endSoon(victim: Thread<never>, longest: number): Promise<void> {
    await setTimeout(this.#random() * longest);
    // One that has ended by itself has failed, and nobody would be killed.
    if (!victim.isAlive)
      throw new Error("a victim ended by itself", { cause: await victim.result().catch((error) => error) });
    await victim.terminate();
  }

  #start(index: number, target: (seed: number) => void): Thread<never> {
    const args: [number] = [this.#seed * 64 + index];
    return new Thread({ target, args, daemon: true }).start() as Thread<never>;
  }

  #survive(inPeace = false): (seed: number) => void {
    const [begun, steps, stop, go] = [this.#begun, this.#steps, this.#stop, this.#go];
    const { step } = this.#scene;
    return (seed) => {
      begun.add(1);
      go.waitSync();
      if (inPeace) sleepUnsliced();
      delaySteps(seed);
      while (!stop.value) {
        step();
        steps.add(1);
      }
    };
  }

  #suffer(): (seed: number) => void {
    const [begun, go] = [this.#begun, this.#go];
    const { step } = this.#scene;
    return (seed) => {
      begun.add(1);
      go.waitSync();
      delaySteps(seed);
      for (;;) step();
    };
  }

  async #until(condition: () => boolean, what: string): Promise<void> {
    const start = performance.now();
    while (!condition()) {
      assert.ok(performance.now() - start < PATIENCE, `${what} did not come about`);
      this.#scene.nudge?.(this.#stop.value);
      await setTimeout(1);
    }
  }
}
