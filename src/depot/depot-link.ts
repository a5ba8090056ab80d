/**
 * This thread's connection with the depot, made when it is first needed, and anew when that depot has ended. It works
 * without an event loop: messages are received by asking for them, and a word rings when there is one.
 */
import { BroadcastChannel, isMainThread, receiveMessageOnPort } from "node:worker_threads";
import { DEPOT } from "../memory/layout.js";
import { processRealm } from "../memory/process-realm.js";
import { SharedWord } from "../memory/word.js";
import { endIfTerminated } from "../platform/engine/lost-termination.js";
import { mayBeAlive, nativeThread } from "../platform/engine/native-thread.js";
import { RuntimeError } from "../platform/errors/errors.js";
import {
  BELL_WORDS,
  DepotState,
  type FromDepot,
  type Hello,
  lobbyOf,
  type Ticket,
  type ToDepot,
} from "./depot-protocol.js";
import { serveDepot, wantDepot } from "./depot-starter.js";
import { awaitDepot, awaitGreeting, noDepot, SLICE } from "./depot-waits.js";

class DepotLink {
  readonly #channel: BroadcastChannel;
  readonly #bell: SharedWord;
  /** Which thread the depot is: it may die without a word, while nobody hears of it because the main thread blocks. */
  readonly #depot: Int32Array;
  /** What the state says while that very depot serves. */
  readonly #serving: number;

  constructor(name: string, lobby: string, serving: number) {
    this.#serving = serving;
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

  get isServed(): boolean {
    return stateWord().load() === this.#serving;
  }

  close(): void {
    this.#channel.close();
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
    // One that died without a word: the next who needs a depot asks for another.
    if (isGone) stateWord().compareExchange(this.#serving, DepotState.FAILED);
    if (!this.isServed) throw noDepot("it has ended");
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
  const ticket = `${processRealm().me}.${++deposits}`;
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
  if (link?.isServed) return link;
  link?.close();
  link = undefined;
  link = connect();
  return link;
}

function connect(): DepotLink {
  const { heap, me } = processRealm();
  const state = stateWord();
  wantDepot(state);
  const serving = awaitDepot(state, () => {
    if (isMainThread) serveDepot(heap, state);
  });
  const lobby = lobbyOf(heap.id);
  return new DepotLink(`${lobby}.${me}.${serving}`, lobby, serving);
}

function stateWord() {
  return processRealm().heap.word(DEPOT);
}
