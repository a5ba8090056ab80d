/** The file that every thread of heddle starts with: takes its place in the heap, then runs its entry module. */
import { receiveMessageOnPort, type Transferable, workerData } from "node:worker_threads";
import { Patience } from "../memory/patience.js";
import { joinAs, processRealm } from "../memory/process-realm.js";
import { SharedWord } from "../memory/word.js";
import { knowNativeThread } from "../platform/engine/native-thread.js";
import { setTurn } from "../platform/waiting/timers.js";
import { carriedBy, endProcesses } from "./family/processes-below.js";
import { betweenThreads, installLineOutput } from "./line-output.js";
import { registerLoaders } from "./loaders.js";
import { Traces } from "./run-traces.js";
import { installInput } from "./thread-input.js";
import {
  HostState,
  type ThreadBirth,
  type ThreadBoot,
  type ToHost,
  type ToStarter,
  toldNative,
} from "./thread-protocol.js";
import type { WorkerContext } from "./worker.js";
import { mainOf } from "./worker-main.js";

const { entry, port, cell, above, birth: firstBirth, reusable, argv } = workerData as ThreadBoot;
// But for the file: a module that asks whether it is the program by it, and is imported here, is not.
process.argv = [...process.argv.slice(0, 2), ...argv.slice(2)];
carriedBy([...above, cell]);
const state = new SharedWord(cell, 0, new Patience());
let leave: ((exitcode: number) => void) | undefined;
let onMessage: ((message: unknown) => void) | undefined;
/** Messages to the thread that came before it listened. */
let early: unknown[] = [];

const tell = (message: ToStarter, transfer: readonly Transferable[] = []): void => port.postMessage(message, transfer);

function contextFor(name: string): WorkerContext {
  return {
    name,
    post: (message, transfer) => tell({ kind: "message", message }, transfer),
    flush: async () => {},
    onMessage: (handler) => {
      onMessage = handler;
      for (const message of early.splice(0)) handler(message);
    },
    ref: () => port.ref(),
    onLeave: (handler) => {
      leave = handler;
    },
    unref: () => port.unref(),
    conclude: () => state.store(HostState.CONCLUDING),
  };
}

/** @returns the first thread to carry, which may have been found meanwhile */
function booted(): ThreadBirth {
  for (;;) {
    const before = state.compareExchange(HostState.BOOTING, HostState.CONCLUDING);
    if (before === HostState.BOOTING) return rest();
    if (before !== HostState.AWAITED) return nextBirth();
    state.wait(HostState.AWAITED, Infinity);
  }
}

/** Sleeps until there is another thread to carry. */
function rest(): ThreadBirth {
  tell({ kind: "rests" });
  // The starter may have heard that, and sent the next thread, already.
  state.compareExchange(HostState.CONCLUDING, HostState.RESTING);
  state.notify(1);
  while (state.load() === HostState.RESTING) state.wait(HostState.RESTING, Infinity);
  return nextBirth();
}

function nextBirth(): ThreadBirth {
  for (;;) {
    // What else is there was meant for the last thread.
    const { message } = receiveMessageOnPort(port) as { message: ToHost };
    if ("birth" in message) return message.birth;
  }
}

/** The thread exits, or somebody waits for it to rest: it does not. */
function retire(): never {
  state.store(HostState.BUSY);
  state.notify(1);
  process.exit();
}

async function carry(first: ThreadBirth): Promise<void> {
  let traces: Traces | undefined;
  for (let birth = first; ; birth = rest()) {
    const { threads } = joinAs(birth.id);
    const main = await mainOf(birth.entry);
    traces ??= new Traces();
    const outlook = await main(contextFor(birth.name), birth.data);
    if (outlook !== "over") return; // its event loop decides
    if (!reusable || traces.left() !== undefined) retire();
    // Before it leaves: whoever finds that it was terminated in there settles what it was doing.
    processRealm().giveUp(birth.id);
    if (!threads.leaveInPeace(birth.id)) retire();
    onMessage = undefined;
    leave = undefined;
    early = [];
    state.store(HostState.CONCLUDING);
  }
}

function listen(): void {
  port.on("message", (message: ToHost) => {
    if ("end" in message) endProcesses();
    if (!("message" in message)) return;
    if (onMessage === undefined) early.push(message.message);
    else onMessage(message.message);
  });
  port.unref();
}

async function boot(): Promise<void> {
  // With --import Node loads this file by its loader, which listens until that is done: no trace of the first run.
  if (process.listenerCount("exit") > 0) await new Promise((resolve) => setTurn(resolve));
  await registerLoaders();
  await mainOf(entry);
  knowNativeThread(toldNative(cell));
  const birth = firstBirth ?? booted();
  listen(); // not before: a turn of the event loop would take the birth for a message
  joinAs(birth.id);
  installLineOutput(betweenThreads());
  installInput();
  // However the thread ends by itself, its record says so; `process.exit` ends its program, as SystemExit in Python.
  process.on("exit", (code) => {
    const { threads, me } = processRealm();
    if (threads.isAlive(me)) leave?.(code);
    threads.finish(me, code !== 0);
  });
  await carry(birth);
}

// A failing entry module is a broken installation, not a failing task: it ends the worker as an uncaught error.
boot().catch((error: unknown) => {
  setTurn(() => {
    throw error;
  });
});
