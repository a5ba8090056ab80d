/**
 * This thread's connection with the depot, made when it is first needed. It works without an event loop: messages are
 * received by asking for them, and a word rings when there is one.
 */
import { BroadcastChannel, isMainThread, receiveMessageOnPort } from "node:worker_threads";
import { DEPOT } from "../../memory/layout.js";
import { processHeap } from "../../memory/process-heap.js";
import { SharedWord } from "../../memory/word.js";
import { RuntimeError } from "../../platform/errors.js";
import { endIfTerminated } from "../../platform/lost-termination.js";
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
import { awaitDepot, awaitGreeting, noDepot, SLICE } from "./depot-waits.js";

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
    awaitGreeting(this.#bell, () => this.#listen(0));
  }

  post(message: ToDepot): void {
    this.#channel.postMessage(message);
  }

  ask(message: ToDepot): FromDepot {
    const rings = this.#bell.load();
    this.post(message);
    for (;;) {
      const answer = receiveMessageOnPort(this.#channel as never) as { message: FromDepot } | undefined;
      if (answer?.message !== undefined) return answer.message;
      if (answer === undefined) this.#listen(rings);
      else endIfTerminated(); // what has no content comes to a thread that is being terminated
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
  const { heap, me } = processHeap();
  const state = stateWord();
  if (isMainThread) startDepot(heap, state, DepotState.OFFERED);
  else if (state.compareExchange(DepotState.OFFERED, DepotState.WANTED) === DepotState.OFFERED) state.notify(Infinity);
  awaitDepot(state, () => {
    if (isMainThread) startDepot(heap, state, DepotState.WANTED);
  });
  const lobby = lobbyOf(heap.id);
  return new DepotLink(`${lobby}.${me}`, lobby);
}

function stateWord() {
  return processHeap().heap.word(DEPOT);
}
