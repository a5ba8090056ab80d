/**
 * One thread of the platform that carries heddle's threads, one after another.
 *
 *          ┌──────────────── begin ─────────────────┐
 *          ▼                                        │
 *   cold ▶ BUSY ──run is over──▶ CONCLUDING ──▶ RESTING ──idle too long, or nobody wants it──▶ gone
 *          ▲ │                       │ ▲
 *          │ │                       │ └──booted── BOOTING ◀ cold, with nobody to carry yet
 *          │ │                       │              ▲ │
 *          │ │                       │    cannot be │ │ claim
 *          │ │                       │    posted    │ ▼
 *          └─┼───────────begin───────┼───────────── AWAITED
 *            │                       └──left traces──▶ BUSY ──▶ gone
 *            └──exits, is terminated──▶ gone
 *
 * The state is a word that both sides see, so that a starter that never yields to its event loop still finds out who
 * rests. A resting host sleeps in `Atomics.wait`: it costs no CPU, and nothing that its last run left can happen.
 *
 * Who moves the word: the thread of the host, but for BUSY in `begin`, which the starter stores once it has heard "rests".
 * From BOOTING both may: the host to CONCLUDING when it has booted, the starter to AWAITED when it has somebody; who comes
 * second sees it. AWAITED is the starter's: a host that has booted meanwhile sleeps until it is BUSY, or BOOTING again.
 *
 * Invariant: a host becomes RESTING after it has posted the last message about its occupant. So whoever sees RESTING and
 * drains the port has heard everything about it. Whoever has heard that message may begin at once: BUSY is not undone.
 * Invariant: a host that was told to end carries nobody any more, also if its "rests" was on the way: it is *doomed*, which
 * only the starter knows. It stays the host of its occupant until it is gone, or the occupant is through.
 */
import { type MessagePort, SHARE_ENV, type Transferable, type Worker } from "node:worker_threads";
import { lookAfterOthers } from "../memory/realms.js";
import type { ThreadId } from "../memory/thread-table.js";
import type { Word } from "../memory/word.js";
import { checkDescriptors } from "../platform/engine/free-descriptors.js";
import { endIfTerminated } from "../platform/engine/lost-termination.js";
import type { NativeThread } from "../platform/engine/native-thread.js";
import { addHost, carriersOfThisThread, endProcessesIn, processesIn, removeHost } from "./family/processes-below.js";
import { threadFlags } from "./flags.js";
import { type Ground, PLATFORM } from "./ground.js";
import type { ThreadBirth, ThreadBoot, ToHost, ToStarter } from "./thread-protocol.js";
import { HostState, hostCell, tellNative } from "./thread-protocol.js";
import { forgetUnnamed, watchUnnamed } from "./unnamed-hosts.js";
import type { WorkerExit } from "./worker.js";

/**
 * How long a starter waits at most for a host whose run is over to come to rest, in milliseconds: what a new one would cost
 * at least. It decides only how fast the next thread starts, never what is right: a host that is late goes on being
 * watched, and one that is told to end is doomed whatever it says. There must be a limit, since what the run left behind,
 * a microtask that never ends, may keep the host for ever; one that retires instead says so at once.
 */
export const CONCLUSION = 30;

/** A message that the other end passes over. */
const NOTHING = {};

/** Limits of a thread's heap and stack, in megabytes. */
export interface ThreadLimits {
  readonly maxOldGenerationSizeMb?: number;
  readonly maxYoungGenerationSizeMb?: number;
  readonly codeRangeSizeMb?: number;
  readonly stackSizeMb?: number;
}

/** How a host begins. */
export interface HostOptions {
  /** Loaded at once, so that the first thread with this entry starts faster. */
  readonly entry: string;
  readonly name: string;
  /** What it carries first; without, it rests as soon as it has booted. */
  readonly birth?: ThreadBirth;
  readonly transfer?: readonly Transferable[];
  readonly limits?: ThreadLimits | undefined;
  /** Whether it may rest when a run is over. */
  readonly reusable: boolean;
}

/** Whom the host's thread tells what happens. */
export interface Occupant {
  onMessage(message: unknown): void;
  /** The run is over and has left nothing in the host, which rests. */
  onRest(): void;
  onExit(exit: WorkerExit): void;
}

/** What the keeper of resting hosts wants to hear. */
export interface HostEvents {
  onRest(host: ThreadHost): void;
  onGone(host: ThreadHost): void;
}

export class ThreadHost {
  /** The platform's own name of it, where that is known. */
  readonly native: NativeThread;
  readonly #ground: Ground;
  readonly #events: HostEvents;
  readonly #state: Word;
  /** Shared with its thread. */
  readonly #cell: Int32Array;
  readonly #worker: Worker;
  readonly #port: MessagePort;
  #occupant: Occupant | undefined;
  /** The thread that it carries, or carried last: what that one held is held until the host is gone. */
  #carried: ThreadId | undefined;
  /** The one before: a host that is gone before it began still holds as that one. */
  #before: ThreadId | undefined;
  #error: unknown;
  /** It was told to end, and will, whatever it does meanwhile. */
  #isDoomed = false;

  /** @throws {RuntimeError} if too many files are open, what `new Worker` throws, and DataCloneError if the birth cannot be posted */
  constructor(options: HostOptions, events: HostEvents, occupant?: Occupant, ground = PLATFORM) {
    const { entry, name, birth, transfer = [], limits, reusable } = options;
    checkDescriptors(`thread "${name}"`);
    ground.realm(); // the worker inherits the heap that there is when it is made
    const { port1, port2 } = ground.channel();
    const cell = hostCell(birth === undefined ? HostState.BOOTING : HostState.BUSY);
    const boot: ThreadBoot = {
      entry,
      port: port2,
      cell,
      above: carriersOfThisThread(),
      birth,
      reusable,
      argv: process.argv,
    };
    try {
      const { worker, native } = ground.start({
        workerData: boot,
        transferList: [port2, ...transfer],
        name,
        // Output does not go through the starter (line-output.ts), which shall not ask for it.
        stdout: true,
        stderr: true,
        env: SHARE_ENV, // as in Python; a copy would be stale in a worker that is used again
        ...threadFlags(),
        ...(limits === undefined ? {} : { resourceLimits: limits }),
      });
      this.#worker = worker;
      this.native = native;
    } catch (error) {
      port1.close();
      throw error;
    }
    tellNative(cell, this.native);
    if (this.native.tid === 0) watchUnnamed(this);
    this.#ground = ground;
    this.#events = events;
    this.#occupant = occupant;
    this.#carried = birth?.id;
    this.#state = ground.state(cell);
    this.#cell = cell;
    addHost(this);
    this.#port = port1;
    this.#listen();
  }

  get isResting(): boolean {
    return this.#state.load() === HostState.RESTING;
  }

  /** True when no occupant needs the host any more: it is to come to rest, or to exit, by itself. */
  get isConcluding(): boolean {
    const state = this.#state.load();
    return state === HostState.CONCLUDING || state === HostState.RESTING;
  }

  /** @returns true if it is booting still, and waits now for `begin`; else it comes to rest at once */
  claim(): boolean {
    return this.#state.compareExchange(HostState.BOOTING, HostState.AWAITED) === HostState.BOOTING;
  }

  /**
   * Looks whether its thread is gone, of which the platform has told nothing yet, and settles what that left. For a host
   * without a name: one that has a name is found by whoever waits for what it carries.
   */
  lookAfter(): void {
    const memory = this.#ground.realm();
    const carried = [this.#before, this.#carried].filter((id) => id !== undefined);
    if (carried.every((id) => memory.threads.nativeId(id) !== 0 || memory.threads.isGone(id))) return;
    // False: the other end of the channel is closed, which is done when nothing can run there any more.
    if ((this.#port.postMessage(NOTHING) as unknown) !== false) return;
    for (const id of carried) memory.settle(id);
  }

  /** Waits for up to so many milliseconds for a host whose run is over. @returns true if it rests */
  comeToRest(timeout = CONCLUSION): boolean {
    this.#state.wait(HostState.CONCLUDING, timeout);
    return this.isResting;
  }

  /**
   * Lets a host that rests, or is claimed, carry the next thread.
   * @throws DataCloneError if the birth cannot be posted; then the host goes on resting or booting
   */
  begin(occupant: Occupant, birth: ThreadBirth, transfer: readonly Transferable[]): void {
    try {
      this.#port.postMessage({ birth } satisfies ToHost, transfer);
    } catch (error) {
      this.#state.compareExchange(HostState.AWAITED, HostState.BOOTING);
      this.#state.notify(1);
      throw error;
    }
    this.#worker.ref();
    this.#before = this.#carried;
    this.#carried = birth.id;
    this.#occupant = occupant;
    this.#state.store(HostState.BUSY);
    this.#state.notify(1);
  }

  post(message: unknown, transfer: readonly Transferable[]): void {
    this.#port.postMessage({ message } satisfies ToHost, transfer);
  }

  /** Hears what has been said and no event loop has delivered yet. */
  drain(): void {
    const { receive } = this.#ground;
    for (let next = receive(this.#port); next !== undefined; next = receive(this.#port)) {
      // Nobody says undefined: this thread is being terminated, and was while the message was read.
      if (next.message === undefined) endIfTerminated();
      else this.#hear(next.message as ToStarter);
    }
  }

  ref(): void {
    this.#worker.ref();
  }

  unref(): void {
    // Whoever has told it to end waits for that, and the program with them.
    if (!this.#isDoomed) this.#worker.unref();
  }

  /** Ends the processes in it. */
  endProcesses(): void {
    if (processesIn(this.#cell) === 0) return;
    this.#port.postMessage({ end: true } satisfies ToHost);
    endProcessesIn(this.#cell);
  }

  async terminate(): Promise<void> {
    this.#isDoomed = true;
    this.endProcesses();
    await this.#worker.terminate();
  }

  #hear(message: ToStarter): void {
    if (message.kind === "message") this.#occupant?.onMessage(message.message);
    else this.#leave();
  }

  /** The occupant is through, and the host is free. */
  #leave(): void {
    const occupant = this.#occupant;
    this.#occupant = undefined;
    this.unref();
    if (!this.#isDoomed) this.#events.onRest(this);
    occupant?.onRest();
  }

  #listen(): void {
    this.#port.on("message", (message: ToStarter) => this.#hear(message));
    this.#port.unref(); // the worker's own handle decides about the life of the loop
    this.#worker.on("error", (error) => {
      this.#error = error;
    });
    this.#worker.on("exit", (exitcode) => this.#onExit(exitcode));
  }

  #onExit(code: number): void {
    // Node 20 gives 0 for a thread that ran out of memory.
    const exitcode = this.#error !== undefined && code === 0 ? 1 : code;
    this.drain();
    this.#port.close();
    this.#events.onGone(this);
    forgetUnnamed(this);
    removeHost(this, this.#cell);
    const occupant = this.#occupant;
    this.#occupant = undefined;
    const memory = this.#ground.realm();
    lookAfterOthers(memory);
    occupant?.onExit(this.#error === undefined ? { exitcode } : { exitcode, error: this.#error });
    for (const id of [this.#before, this.#carried]) if (id !== undefined) memory.ledger.reap(id);
  }
}
