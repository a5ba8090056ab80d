/**
 * The depot: a worker that keeps what cannot stand in the heap, from when it is put into a queue until it is taken.
 * Only it survives the threads that do that, and its event loop is never busy.
 *
 * Invariant: a deposit stands in its channel before its ticket is published. Channels are not read in the order of
 * posting: one may have many messages waiting while another one's first is read. So when a ticket is asked for that is
 * not known, all channels are emptied first; then who asks finds it, unless it was dropped.
 *
 * What a thread that is killed has deposited and not published, or taken out of a queue and not asked for, stays until
 * the end of the process: one item for each such death at most.
 */
import { BroadcastChannel, receiveMessageOnPort, workerData } from "node:worker_threads";
import { SharedWord } from "../../memory/word.js";
import { mayBeAlive, type NativeThread, nativeThread } from "../../platform/native-thread.js";
import { type DepotBoot, DepotState, type FromDepot, type Hello, type Ticket, type ToDepot } from "./depot-protocol.js";

interface Visitor {
  readonly channel: BroadcastChannel;
  readonly bell: SharedWord;
  readonly native: NativeThread;
}

const held = new Map<Ticket, unknown>();
const visitors = new Set<Visitor>();

function welcome({ channel: name, bell, native }: Hello): void {
  sendHome();
  const visitor = { channel: new BroadcastChannel(name), bell: new SharedWord(bell, 0), native };
  visitors.add(visitor);
  visitor.channel.onmessage = (event: unknown) => hear(visitor, (event as { data: ToDepot }).data);
  const { tid, born } = nativeThread();
  bell.set([tid, born], 1);
  ring(visitor.bell);
}

function hear(visitor: Visitor, message: ToDepot): void {
  if (message.type === "put") held.set(message.ticket, message.body);
  else if (message.type === "drop") for (const ticket of message.tickets) held.delete(ticket);
  else give(visitor, message.ticket);
}

function give({ channel, bell }: Visitor, ticket: Ticket): void {
  if (!held.has(ticket)) hearAll();
  channel.postMessage({ found: held.has(ticket), body: held.get(ticket) } satisfies FromDepot);
  held.delete(ticket);
  ring(bell);
}

function hearAll(): void {
  for (const visitor of visitors) {
    for (;;) {
      const waiting = receiveMessageOnPort(visitor.channel as never) as { message: ToDepot } | undefined;
      if (waiting === undefined) break;
      hear(visitor, waiting.message);
    }
  }
}

/** Nobody says good-bye: those that are gone are looked for when somebody new comes. */
function sendHome(): void {
  for (const visitor of visitors) {
    if (visitor.native.tid === 0 || mayBeAlive(visitor.native)) continue;
    visitor.channel.close();
    visitors.delete(visitor);
  }
}

function ring(bell: SharedWord): void {
  bell.add(1);
  bell.notify(1);
}

const { state, index, lobby } = workerData as DepotBoot;
new BroadcastChannel(lobby).onmessage = (event: unknown) => welcome((event as { data: Hello }).data);
const word = new SharedWord(state, index);
// The main thread hears of it in its event loop only, and may be waiting for the depot itself.
process.once("exit", () => {
  word.store(DepotState.FAILED);
  word.notify(Infinity);
});
word.store(DepotState.READY);
word.notify(Infinity);
