/**
 * This thread's connection with the depot, made when it is first needed. It works without an event loop: messages are
 * received by asking for them, and a word rings when there is one.
 */
import { BroadcastChannel, isMainThread, receiveMessageOnPort } from "node:worker_threads";
import { DEPOT } from "../../memory/layout.js";
import { processHeap } from "../../memory/process-heap.js";
import { SharedWord } from "../../memory/word.js";
import { RuntimeError } from "../../platform/errors.js";
import { mayBeAlive, nativeThread } from "../../platform/native-thread.js";
import {
  BELL_WORDS,
  DepotState,
  type FromDepot,
  type Hello,
  lobbyOf,
  type Ticket,
  type ToDepot,
} from "./depot-protocol.js";
import { startDepot } from "./depot-starter.js";

/** How long a depot may take to start, of which the main thread must hear first, and to greet a thread. */
const PATIENCE = 10_000;
const SLICE = 500;

class DepotLink {
  readonly #channel: BroadcastChannel;
  readonly #bell: SharedWord;
  /** Which thread the depot is: it may die without a word, while nobody hears of it because the main thread blocks. */
  readonly #depot: Int32Array;

  constructor(name: string, lobby: string) {
    this.#channel = new BroadcastChannel(name);
    (this.#channel as unknown as { unref(): void }).unref();
    const bell = new Int32Array(new SharedArrayBuffer(BELL_WORDS * 4));
    this.#bell = new SharedWord(bell, 0);
    this.#depot = bell.subarray(1);
    const door = new BroadcastChannel(lobby);
    door.postMessage({ channel: name, bell, native: nativeThread() } satisfies Hello);
    door.close();
    const until = performance.now() + PATIENCE;
    while (this.#bell.load() === 0) {
      if (performance.now() > until) throw noDepot(`it did not answer for ${PATIENCE} ms`);
      this.#listen(0);
    }
  }

  post(message: ToDepot): void {
    this.#channel.postMessage(message);
  }

  ask(message: ToDepot): FromDepot {
    const rings = this.#bell.load();
    this.post(message);
    for (;;) {
      const answer = receiveMessageOnPort(this.#channel as never) as { message: FromDepot } | undefined;
      if (answer !== undefined) return answer.message;
      this.#listen(rings);
    }
  }

  #listen(rings: number): void {
    const outcome = this.#bell.wait(rings, SLICE);
    if (outcome !== "timed-out") return;
    const [tid = 0, born = 0] = this.#depot;
    const isGone = tid !== 0 && !mayBeAlive({ tid, born });
    if (isGone || stateWord().load() === DepotState.FAILED) throw noDepot("it has ended");
  }
}

let link: DepotLink | undefined;
let deposits = 0;

/**
 * Keeps a structured-cloneable value for whoever asks for its ticket first.
 *
 * @throws {RuntimeError} if there is no depot, and none can be started
 */
export function deposit(body: unknown): Ticket {
  const ticket = `${processHeap().me}.${++deposits}`;
  connection().post({ type: "put", ticket, body });
  return ticket;
}

/** Takes out what was deposited; blocks for a few messages. @throws {RuntimeError} if it is not there */
export function collect(ticket: Ticket): unknown {
  const { found, body } = connection().ask({ type: "take", ticket });
  if (!found) throw new RuntimeError("Cannot get an item: what it shares is no longer there");
  return body;
}

/** Nobody will ask for these. */
export function dropDeposits(tickets: readonly Ticket[]): void {
  if (tickets.length > 0) connection().post({ type: "drop", tickets });
}

function connection(): DepotLink {
  link ??= connect();
  return link;
}

function connect(): DepotLink {
  awaitDepot();
  const { heap, me } = processHeap();
  const lobby = lobbyOf(heap.id);
  return new DepotLink(`${lobby}.${me}`, lobby);
}

function awaitDepot(): void {
  const { heap } = processHeap();
  const state = stateWord();
  if (isMainThread) startDepot(heap, state, DepotState.OFFERED);
  else if (state.compareExchange(DepotState.OFFERED, DepotState.WANTED) === DepotState.OFFERED) state.notify(Infinity);
  const until = performance.now() + PATIENCE;
  for (let seen = state.load(); seen !== DepotState.READY; seen = state.load()) {
    if (seen === DepotState.NOBODY) throw noDepot("the main thread does not use heddle");
    if (seen === DepotState.FAILED) throw noDepot("its worker could not start, or has ended");
    if (performance.now() > until) throw noDepot(`the main thread did not listen for ${PATIENCE} ms`);
    // A main thread that wants it, too, may have to start what another thread has asked for.
    if (isMainThread) startDepot(heap, state, DepotState.WANTED);
    state.wait(seen, SLICE);
  }
}

function stateWord() {
  return processHeap().heap.word(DEPOT);
}

function noDepot(why: string): RuntimeError {
  return new RuntimeError(`Cannot hand over what an item shares: there is no depot for it, ${why}`);
}
