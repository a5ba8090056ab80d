/**
 * What runs inside a worker of a pool: calls functions over chunks of items, one chunk at a time, one item after
 * another, and answers each chunk with its results or with the first error.
 */
import type { Transferable } from "node:worker_threads";
import { pack, prepare, unpack } from "../pickle/pickle.js";
import { inWords, toWire } from "../pickle/wire-error.js";
import { isAwaitable } from "../platform/errors/synchronous.js";
import { LONGEST_TIMER } from "../platform/waiting/clock.js";
import { setTimer } from "../platform/waiting/timers.js";
import { onUncaught } from "../worker/uncaught.js";
import type { WorkerContext } from "../worker/worker.js";
import type { FromWorker, FunctionId, PoolWorkerData, Run, RunNumber, ToWorker } from "./protocol.js";

type Callable = (...args: unknown[]) => unknown;

/** A function as it arrived; if it could not be rebuilt, every chunk that needs it fails with the same error. */
type Definition = { readonly fn: Callable } | { readonly error: unknown };

/** Milliseconds that a worker without work has to leave, when whoever started it is gone. */
const LAST_GRACE = 700;

/** Entry of the worker: runs until it is let go, or terminated. */
export function main(context: WorkerContext, data: unknown): void {
  const worker = new PoolWorker(context, data as PoolWorkerData);
  onUncaught((error) => worker.break(error));
  context.onOrphaned?.(() => worker.onOrphaned());
  context.onMessage((message) => worker.onMessage(message as ToWorker));
  context.ref();
  context.post({ kind: "ready" } satisfies FromWorker);
}

class PoolWorker {
  readonly #context: WorkerContext;
  readonly #data: PoolWorkerData;
  readonly #functions = new Map<FunctionId, Definition>();
  /** The chunk that is not answered yet. */
  #running: RunNumber | undefined;

  constructor(context: WorkerContext, data: PoolWorkerData) {
    this.#context = context;
    this.#data = data;
  }

  onMessage(message: ToWorker): void {
    if (message.kind === "run") void this.#run(message);
    else if (message.kind === "forget") this.#functions.delete(message.fn);
    else this.#leave(message.grace);
  }

  onOrphaned(): void {
    if (this.#running === undefined) this.#leave(LAST_GRACE);
    else process.exit();
  }

  /** An error beside a task ends the worker, as anywhere in Node. What becomes of it is known where the calls are. */
  break(error: unknown): void {
    const { post, flush } = this.#context;
    post({ kind: "broken", error: toWire(error, this.#data.destination) } satisfies FromWorker);
    void flush().then(() => process.exit(1));
  }

  /** What tasks have left in the event loop is done, such as what streams still have to write, and then nothing holds it. */
  #leave(grace: number): void {
    this.#context.unref();
    if (grace <= LONGEST_TIMER) setTimer(() => process.exit(), grace).unref();
  }

  async #run(message: Run): Promise<void> {
    const { run } = message;
    this.#running = run;
    try {
      // Nothing is awaited that need not be: a synchronous function answers in the turn that asks.
      const ready = this.#prepare(message);
      if (ready !== undefined) await ready;
      const fn = this.#find(message);
      const results = await callOver(fn, unpack<unknown[]>(message.items), message.spread);
      const { body, transfer } = pack(results, { to: this.#data.destination, name: "result" });
      this.#answer({ kind: "done", run, results: body }, transfer);
    } catch (error) {
      this.#fail(run, error);
    }
  }

  #answer(answer: FromWorker, transfer?: readonly Transferable[]): void {
    this.#context.post(answer, transfer);
    this.#running = undefined;
  }

  #prepare({ define, items }: Run): Promise<unknown> | undefined {
    // A module that cannot be loaded is told by `revive`, and remembered for the chunks that follow.
    const definition = define === undefined ? undefined : prepare(define.body)?.catch(() => {});
    const waits = [definition, prepare(items)];
    return waits.every((wait) => wait === undefined) ? undefined : Promise.all(waits);
  }

  #find({ fn, define }: Run): Callable {
    if (define !== undefined) this.#functions.set(fn, revive(define.body));
    const definition = this.#functions.get(fn);
    if (definition === undefined) throw new Error(`heddle: function ${fn} has not been sent: please report this`);
    if ("error" in definition) throw definition.error;
    return definition.fn;
  }

  #fail(run: RunNumber, error: unknown): void {
    try {
      this.#answer({ kind: "failed", run, error: toWire(error, this.#data.destination) });
    } catch {
      // The packed error could not be posted; its words can.
      this.#answer({ kind: "failed", run, error: inWords(error) });
    }
  }
}

function revive(body: unknown): Definition {
  try {
    return { fn: unpack<Callable>(body) };
  } catch (error) {
    return { error };
  }
}

/** Awaits only what has to be awaited: most functions are synchronous. */
async function callOver(fn: Callable, items: readonly unknown[], spread: boolean): Promise<unknown[]> {
  const results: unknown[] = [];
  for (const item of items) {
    const result = spread ? fn(...(item as unknown[])) : fn(item);
    results.push(isAwaitable(result) ? await result : result);
  }
  return results;
}
