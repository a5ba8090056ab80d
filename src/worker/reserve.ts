/**
 * The hosts of this thread that rest: they have booted, so that the next thread starts by a message.
 *
 *      ┌─────────────carry──────────┐
 *      │                            ▼
 *   BOOTING ──▶ RESTING ──carry──▶ WORKING ──its run leaves nothing behind──▶ RESTING
 *                  │                  └──retires, exits, is terminated──▶ gone ──▶ a new one BOOTING, a little later
 *                  └──idle, or too many──▶ withdrawn, terminated ──▶ gone
 *
 * A host is in one of the three sets, or in none: withdrawn, gone, or never to be used again. Only the event loop of this
 * thread, and `carry`, move it: a host says "rests" and waits, so nothing happens to one that rests unless from here.
 *
 * Invariant: a host in `resting` has said all about its last thread, sleeps, and was not told to end. So a thread that is
 * given to it runs, unless the worker crashes. Who tells a host to end withdraws it first; one that works is doomed then
 * (thread-host.ts), and its "rests" does not bring it back.
 * Invariant: nobody is given to a host that boots, unless it was made for that very thread: what kept it from booting may be
 * over (a folder that was gone, files that were used up) when a later thread starts, which a boot of its own would not feel.
 * Nor could that thread be carried by another host after such a death: what was moved to the first one is lost with it.
 * Invariant: hosts that rest or boot are never more than `size`. They do not keep the program alive, and each is
 * stopped after `idle` milliseconds without work. Nothing is here before the first thread has been started.
 */
import { availableParallelism } from "node:os";
import { deadlineIn, timeLeft } from "../platform/waiting/clock.js";
import { noteStart } from "./family/this-run.js";
import { PLATFORM } from "./ground.js";
import { CONCLUSION, type HostEvents, type HostOptions, type Occupant, ThreadHost } from "./thread-host.js";
import type { ThreadBirth } from "./thread-protocol.js";

/** How many threads wait ready, and how long. */
export interface ThreadReserve {
  /** Most workers that rest; 0: each thread gets a new one. Default: the number of cores, at most 4. */
  readonly size?: number;
  /** How long a worker rests before it is stopped, in milliseconds; Infinity: until the program ends. Default 10000. */
  readonly idle?: number;
}

/** Lets a program that ends, or starts its next thread at once, do that first. */
const REFILL_DELAY = 20;

const LONGEST_TIMER = 2 ** 31 - 1;

export class Reserve implements HostEvents {
  readonly ground;
  readonly #Host;
  size = Math.min(4, availableParallelism());
  idle = 10_000;
  /** Hosts that may rest one day. */
  readonly #working = new Set<ThreadHost>();
  /** Hosts at rest, the one that rested last at the end: its caches are warm. */
  readonly #resting = new Map<ThreadHost, NodeJS.Timeout | undefined>();
  readonly #booting = new Set<ThreadHost>();
  #refill: NodeJS.Timeout | undefined;
  #entry = "";

  constructor(ground = PLATFORM, Host = ThreadHost) {
    this.ground = ground;
    this.#Host = Host;
  }

  /**
   * Sees to it that a host is there, or boots while the thread that it is for is made ready to leave.
   * @returns the one that boots for it, to be given to `carry`
   */
  expect(entry: string, name: string): ThreadHost | undefined {
    if (this.#booting.size > 0 || this.#resting.size > 0) return undefined;
    for (const host of this.#working) if (host.isConcluding) return undefined;
    noteStart();
    this.#entry = entry;
    const host = this.#boot({ entry, name });
    host.unref();
    return host;
  }

  /**
   * Has a thread carried by a host that rests, or by the one that was made for it, or by a new one.
   * @throws what `new Worker` and `postMessage` throw
   */
  carry(
    birth: ThreadBirth,
    options: Omit<HostOptions, "birth" | "entry" | "reusable">,
    by: Occupant,
    expected?: ThreadHost,
  ): ThreadHost {
    this.#entry = birth.entry;
    noteStart();
    const { limits, transfer = [] } = options;
    const rested = limits === undefined ? this.#take(expected) : undefined;
    if (rested === undefined) return this.#boot({ ...options, birth, entry: birth.entry }, by);
    try {
      rested.begin(by, birth, transfer);
    } catch (error) {
      if (!this.#booting.has(rested)) this.onRest(rested);
      throw error;
    }
    this.#booting.delete(rested);
    if (this.size > 0) this.#working.add(rested);
    return rested;
  }

  onRest(host: ThreadHost): void {
    this.#working.delete(host);
    this.#booting.delete(host);
    if (this.#resting.size < this.size) this.#resting.set(host, this.#timer(host));
    else void host.terminate();
  }

  onGone(host: ThreadHost): void {
    const retired = this.#working.delete(host);
    this.#booting.delete(host);
    this.ground.clearTimer(this.#resting.get(host));
    this.#resting.delete(host);
    if (retired) this.#refillSoon();
  }

  /** Stops those that are too many now. */
  trim(): void {
    for (const host of [...this.#resting.keys()].slice(0, Math.max(0, this.#resting.size - this.size))) {
      this.#withdraw(host);
      void host.terminate();
    }
    for (const host of this.#resting.keys()) {
      this.ground.clearTimer(this.#resting.get(host));
      this.#resting.set(host, this.#timer(host));
    }
  }

  #take(expected: ThreadHost | undefined): ThreadHost | undefined {
    // Those that rest although no event loop has said so, or are about to, as in a loop of start and joinSync. The last
    // one to rest is taken: it is still awake.
    for (const hosts of [this.#booting, this.#working]) for (const host of hosts) if (host.isResting) host.drain();
    if (this.#resting.size === 0) this.#awaitRest();
    return this.#takeResting() ?? this.#takeBooting(expected);
  }

  #takeResting(): ThreadHost | undefined {
    const host = [...this.#resting.keys()].pop();
    if (host !== undefined) this.#withdraw(host);
    return host;
  }

  #takeBooting(expected: ThreadHost | undefined): ThreadHost | undefined {
    for (const host of this.#booting) {
      if (host === expected && host.claim()) return host;
      if (!host.comeToRest()) continue;
      host.drain();
      return this.#takeResting();
    }
    return undefined;
  }

  /** Waits a moment for the first one that comes to rest; for all of them together no longer than for one. */
  #awaitRest(): void {
    const deadline = deadlineIn(CONCLUSION);
    for (const host of this.#working) {
      if (!host.isConcluding || !host.comeToRest(timeLeft(deadline))) continue;
      host.drain();
      if (this.#resting.size > 0) return;
    }
  }

  #withdraw(host: ThreadHost): void {
    this.ground.clearTimer(this.#resting.get(host));
    this.#resting.delete(host);
  }

  #boot(options: Omit<HostOptions, "reusable">, by?: Occupant): ThreadHost {
    const reusable = options.limits === undefined && this.size > 0;
    const host = new this.#Host({ ...options, reusable }, this, by, this.ground);
    if (by === undefined) this.#booting.add(host);
    else if (reusable) this.#working.add(host);
    return host;
  }

  #timer(host: ThreadHost): NodeJS.Timeout | undefined {
    if (this.idle > LONGEST_TIMER) return undefined;
    return this.ground
      .setTimer(() => {
        // First, so that nobody takes it while it goes.
        this.#withdraw(host);
        void host.terminate();
      }, this.idle)
      .unref();
  }

  #refillSoon(): void {
    this.#refill ??= this.ground
      .setTimer(() => {
        this.#refill = undefined;
        if (this.#resting.size + this.#booting.size < this.size) this.#tryBooting();
      }, REFILL_DELAY)
      .unref();
  }

  #tryBooting(): void {
    try {
      this.#boot({ entry: this.#entry, name: "heddle reserve" }).unref();
    } catch {
      // Nobody has asked for this one: whoever starts a thread while that cannot be done is told.
    }
  }
}

/** The reserve of this thread: a platform's thread belongs to the one that made it. */
export const reserve = new Reserve();
