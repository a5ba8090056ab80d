/**
 * The depot: a worker that keeps what cannot stand in the heap, from when it is put into a queue until it is taken.
 * Only it survives the threads that do that, and its event loop is never busy.
 *
 * Invariant: a deposit arrives before its ticket is published, and messages that were posted one after the other arrive
 * in that order, whoever posted them. So who asks for a ticket finds it, unless it was dropped.
 *
 * What a thread that is killed has deposited and not published, or taken out of a queue and not asked for, stays until
 * the end of the process: one item for each such death at most.
 */
import { BroadcastChannel, workerData } from "node:worker_threads";
import { SharedWord } from "../../memory/word.js";
import { mayBeAlive, type NativeThread, nativeThread } from "../../platform/native-thread.js";
import { type DepotBoot, DepotState, type FromDepot, type Hello, type Ticket, type ToDepot } from "./depot-protocol.js";

interface Visitor {
  readonly channel: BroadcastChannel;
  readonly native: NativeThread;
}

const held = new Map<Ticket, unknown>();
const visitors = new Set<Visitor>();

function welcome({ channel: name, bell, native }: Hello): void {
  sendHome();
  const channel = new BroadcastChannel(name);
  visitors.add({ channel, native });
  channel.onmessage = (event: unknown) => {
    const { data } = event as { data: ToDepot };
    if (data.type === "put") held.set(data.ticket, data.body);
    else if (data.type === "drop") for (const ticket of data.tickets) held.delete(ticket);
    else {
      channel.postMessage({ found: held.has(data.ticket), body: held.get(data.ticket) } satisfies FromDepot);
      held.delete(data.ticket);
      ring(new SharedWord(bell, 0));
    }
  };
  const { tid, born } = nativeThread();
  bell.set([tid, born], 1);
  ring(new SharedWord(bell, 0));
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
