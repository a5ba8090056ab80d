/**
 * What runs inside a worker of a pool: calls functions over chunks of items, one chunk at a time, one item after
 * another, and answers each chunk with its results or with the first error.
 */
import { pack, prepare, unpack } from "../pickle/pickle.js";
import { inWords, toWire } from "../pickle/wire-error.js";
import { isThenable } from "../platform/thenable.js";
import type { WorkerContext } from "../worker/worker.js";
import type { FromWorker, FunctionId, PoolWorkerData, Run, ToWorker } from "./protocol.js";

type Callable = (...args: unknown[]) => unknown;

/** A function as it arrived; if it could not be rebuilt, every chunk that needs it fails with the same error. */
type Definition = { readonly fn: Callable } | { readonly error: unknown };

/** Entry of the worker: runs until it is terminated. */
export function main(context: WorkerContext, data: unknown): void {
  const worker = new PoolWorker(context, data as PoolWorkerData);
  context.onMessage((message) => worker.onMessage(message as ToWorker));
  context.ref();
  context.post({ kind: "ready" } satisfies FromWorker);
}

class PoolWorker {
  readonly #context: WorkerContext;
  readonly #data: PoolWorkerData;
  readonly #functions = new Map<FunctionId, Definition>();

  constructor(context: WorkerContext, data: PoolWorkerData) {
    this.#context = context;
    this.#data = data;
  }

  onMessage(message: ToWorker): void {
    if (message.kind === "run") void this.#run(message);
    else this.#functions.delete(message.fn);
  }

  async #run(message: Run): Promise<void> {
    try {
      // Nothing is awaited that need not be: a synchronous function answers in the turn that asks.
      const ready = this.#prepare(message);
      if (ready !== undefined) await ready;
      const fn = this.#find(message);
      const results = await callOver(fn, unpack<unknown[]>(message.items), message.spread);
      const { body, transfer } = pack(results, { to: this.#data.destination, name: "result" });
      this.#context.post({ kind: "done", results: body } satisfies FromWorker, transfer);
    } catch (error) {
      this.#fail(error);
    }
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

  #fail(error: unknown): void {
    try {
      this.#context.post({ kind: "failed", error: toWire(error, this.#data.destination) } satisfies FromWorker);
    } catch {
      // The packed error could not be posted; its words can.
      this.#context.post({ kind: "failed", error: inWords(error) } satisfies FromWorker);
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
    results.push(isThenable(result) ? await result : result);
  }
  return results;
}
