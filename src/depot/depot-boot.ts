/** The depot's worker (depot.ts). Only it survives the threads that hand over, and its event loop is never busy. */
import { BroadcastChannel, receiveMessageOnPort, threadId, workerData } from "node:worker_threads";
import { SharedWord } from "../memory/word.js";
import { mayBeAlive, type NativeThread, nativeThread } from "../platform/engine/native-thread.js";
import { Depot, type Visitor } from "./depot.js";
import { type DepotBoot, DepotState, type FromDepot, type Hello, type ToDepot, withDetail } from "./depot-protocol.js";

/** A thread at the other end of a channel. */
class ChannelVisitor implements Visitor {
  readonly #channel: BroadcastChannel;
  readonly #bell: SharedWord;
  readonly #native: NativeThread;

  constructor({ channel, bell, native }: Hello) {
    this.#channel = new BroadcastChannel(channel);
    this.#bell = new SharedWord(bell, 0);
    this.#native = native;
  }

  get isGone(): boolean {
    return this.#native.tid !== 0 && !mayBeAlive(this.#native);
  }

  listen(heard: (message: ToDepot) => void): void {
    this.#channel.onmessage = (event: unknown) => heard((event as { data: ToDepot }).data);
  }

  receive(): ToDepot | undefined {
    return (receiveMessageOnPort(this.#channel as never) as { message: ToDepot } | undefined)?.message;
  }

  answer(message: FromDepot): void {
    this.#channel.postMessage(message);
    this.ring();
  }

  ring(): void {
    this.#bell.add(1);
    this.#bell.notify(1);
  }

  close(): void {
    this.#channel.close();
  }
}

const depot = new Depot();

function welcome(hello: Hello): void {
  const visitor = new ChannelVisitor(hello);
  depot.welcome(visitor);
  visitor.listen((message) => depot.hear(visitor, message));
  const { tid, born } = nativeThread();
  hello.bell.set([tid, born], 1);
  visitor.ring();
}

const { state, index, lobby } = workerData as DepotBoot;
new BroadcastChannel(lobby).onmessage = (event: unknown) => welcome((event as { data: Hello }).data);
const word = new SharedWord(state, index);
const ready = withDetail(DepotState.READY, threadId);
// The main thread hears of it in its event loop only, and may be waiting for the depot itself.
process.once("exit", () => {
  word.compareExchange(ready, DepotState.FAILED);
  word.notify(Infinity);
});
word.store(ready);
word.notify(Infinity);
