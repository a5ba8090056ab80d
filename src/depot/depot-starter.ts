/**
 * Starts the depot when it is first needed. Only the main thread may: a worker ends with the thread that made it.
 *
 *   NOBODY ──main joins the heap──▶ OFFERED ──somebody needs it──▶ WANTED ──main hears──▶ STARTING ──▶ READY
 *                                                                    ▲                       │          │ ends
 *                                                                    └──next one needs it── FAILED ◀────┘
 *
 * Invariant: only the last depot that was started is spoken for. Main alone starts one, and only it moves WANTED and
 * STARTING on, but for the depot itself, which says READY. So news of an older one's end, which may be late, change nothing.
 *
 * The main thread hears of it in its event loop, and before each sleep of its blocking waits (pump.ts).
 */
import { constants } from "node:os";
import { isMainThread, SHARE_ENV, Worker } from "node:worker_threads";
import { DEPOT } from "../memory/layout.js";
import type { Realm } from "../memory/realm.js";
import type { SharedWord } from "../memory/word.js";
import { checkDescriptors } from "../platform/engine/free-descriptors.js";
import { mayBeAlive, type NativeThread, threadStartedBy } from "../platform/engine/native-thread.js";
import { onPump } from "../platform/waiting/pump.js";
import { type DepotBoot, DepotState, lobbyOf, phaseOf, withDetail } from "./depot-protocol.js";

/** In the main thread: from now on threads may ask for a depot. */
export function offerDepot({ heap }: Realm): void {
  if (!isMainThread) return;
  const state = heap.word(DEPOT);
  state.compareExchange(DepotState.NOBODY, DepotState.OFFERED);
  const serve = (): void => serveDepot(heap, state);
  onPump(state, serve);
  void listen(state, serve);
}

/** Asks for a depot if there is none and none is on its way. */
export function wantDepot(state: SharedWord): void {
  const seen = state.load();
  const phase = phaseOf(seen);
  if (phase !== DepotState.OFFERED && phase !== DepotState.FAILED) return;
  // Who comes first asks for all.
  if (state.compareExchange(seen, DepotState.WANTED) === seen) state.notify(Infinity);
}

/** The one that was started last: which thread it is, while that is not known to have ended. */
let last: { readonly native: NativeThread } | undefined;

/** In the main thread: starts the depot if one is wanted; finds out if it has ended before it was ready. */
export function serveDepot(heap: Realm["heap"], state: SharedWord): void {
  const phase = phaseOf(state.load());
  if (phase === DepotState.WANTED) {
    state.store(DepotState.STARTING);
    start(heap, state);
  } else if (phase === DepotState.STARTING && last !== undefined && !mayBeAlive(last.native)) {
    // Its event waits for an event loop that does not turn. If it has become ready meanwhile, its own end says so.
    if (state.compareExchange(DepotState.STARTING, DepotState.FAILED) === DepotState.STARTING) state.notify(Infinity);
  }
}

function start(heap: Realm["heap"], state: SharedWord): void {
  const boot: DepotBoot = { state: new Int32Array(heap.buffer, 0, DEPOT + 1), index: DEPOT, lobby: lobbyOf(heap.id) };
  last = undefined;
  try {
    checkDescriptors("the depot");
    const { worker, native } = run(boot);
    const mine = { native };
    last = mine;
    const end = (error?: unknown): void => {
      if (last === mine) fail(state, error);
    };
    worker
      .once("error", end)
      .once("exit", () => end())
      .unref();
  } catch (error) {
    fail(state, error);
  }
}

function run(boot: DepotBoot): { worker: Worker; native: NativeThread } {
  let worker: Worker | undefined;
  const native = threadStartedBy(() => {
    worker = new Worker(new URL("./depot-boot.cjs", import.meta.url), {
      ...{ workerData: boot, name: "heddle depot", env: SHARE_ENV, execArgv: [] },
      // It prints nothing; else Node would pipe its output to this thread's, and hear that stream's errors.
      ...{ stdout: true, stderr: true },
    });
  });
  return { worker: worker as unknown as Worker, native };
}

/** The depot that was started last has ended, or never began. */
function fail(state: SharedWord, error: unknown): void {
  last = undefined;
  const phase = phaseOf(state.load());
  if (phase !== DepotState.STARTING && phase !== DepotState.READY) return; // its own end has said so
  state.store(withDetail(DepotState.FAILED, errnoOf(error)));
  state.notify(Infinity);
}

/** @returns the system's number of what is said in the code or the text of an error; 0 if it is none of the system */
function errnoOf(error: unknown): number {
  const { code, message } = (error ?? {}) as { readonly code?: unknown; readonly message?: unknown };
  const [name = ""] = /\bE[A-Z0-9]{3,}\b/.exec(`${code} ${message}`) ?? [];
  return (constants.errno as Readonly<Record<string, number>>)[name] ?? 0;
}

/** A pending `waitAsync` does not keep the program alive. */
async function listen(state: SharedWord, serve: () => void): Promise<void> {
  for (;;) {
    const seen = state.load();
    if (phaseOf(seen) === DepotState.WANTED) serve();
    else await state.waitAsync(seen, Infinity);
  }
}
