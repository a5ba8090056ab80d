/**
 * Starts the depot when it is first needed. Only the main thread may: a worker ends with the thread that made it.
 *
 *   NOBODY ──main joins the heap──▶ OFFERED ──a thread needs it──▶ WANTED ──main hears──▶ STARTING ──▶ READY
 *                                      └──────────main needs it─────────────────────────▶      └────▶ FAILED
 *
 * The main thread hears of it in its event loop, and before each sleep of its blocking waits (pump.ts).
 */
import { isMainThread, SHARE_ENV, Worker } from "node:worker_threads";
import { DEPOT } from "../../memory/layout.js";
import type { ProcessHeap } from "../../memory/process-heap.js";
import type { SharedWord } from "../../memory/word.js";
import { onPump } from "../../platform/pump.js";
import { type DepotBoot, DepotState, lobbyOf } from "./depot-protocol.js";

/** In the main thread: from now on threads may ask for a depot. */
export function offerDepot({ heap }: ProcessHeap): void {
  if (!isMainThread) return;
  const state = heap.word(DEPOT);
  state.compareExchange(DepotState.NOBODY, DepotState.OFFERED);
  const start = (): void => startDepot(heap, state, DepotState.WANTED);
  onPump(state, start);
  void listen(state, start);
}

/** Starts the depot if its state is `from`. */
export function startDepot(heap: ProcessHeap["heap"], state: SharedWord, from: number): void {
  if (state.load() !== from || state.compareExchange(from, DepotState.STARTING) !== from) return;
  const fail = (): void => {
    state.store(DepotState.FAILED);
    state.notify(Infinity);
  };
  const boot: DepotBoot = { state: new Int32Array(heap.buffer, 0, DEPOT + 1), index: DEPOT, lobby: lobbyOf(heap.id) };
  try {
    const worker = new Worker(new URL("./depot-boot.cjs", import.meta.url), {
      ...{ workerData: boot, name: "heddle depot", env: SHARE_ENV, execArgv: [] },
    });
    worker.once("error", fail).once("exit", fail).unref();
  } catch {
    fail();
  }
}

/** A pending `waitAsync` does not keep the program alive. */
async function listen(state: SharedWord, start: () => void): Promise<void> {
  for (let seen = state.load(); seen <= DepotState.WANTED; seen = state.load()) {
    if (seen === DepotState.WANTED) start();
    else await state.waitAsync(seen, Infinity);
  }
}
