/**
 * The workers of one pool: carries out what the dispatcher decides, and tells it what happens to them.
 *
 * Workers are never referenced: idle ones do not keep the program alive. Whoever waits for a call does.
 *
 * Invariant: `chunk` of a worker is what it was sent and has not answered, the dispatcher's task of it.
 */
import { Deferred } from "../future/deferred.js";
import { type Packed, pack, settled, unpack } from "../pickle/pickle.js";
import { fromWire } from "../pickle/wire-error.js";
import { WorkerLostError } from "../platform/errors/errors.js";
import { LONGEST_TIMER } from "../platform/waiting/clock.js";
import { clearTimer, setTimer } from "../platform/waiting/timers.js";
import type { WorkerExit, WorkerFactory, WorkerHandle } from "../worker/worker.js";
import { exitInWords } from "../worker/worker.js";
import { type Command, Dispatcher, type Failure, MOST_FRUITLESS, type WorkerId } from "./dispatcher.js";
import type { Chunk, ChunkRunner, MapCall } from "./map-call.js";
import type { Forget, FromWorker, Leave, PoolWorkerData, Run, RunNumber } from "./protocol.js";

/** What a crew is made from. */
export interface CrewOptions {
  readonly factory: WorkerFactory;
  /** Number of workers, 1 or more. */
  readonly size: number;
  /** @returns the name of the n-th worker, counted from 1; a replacement gets a name of its own */
  readonly nameWorker: (n: number) => string;
  /** Makes known what ended a worker that had no call to fail, a signal apart. */
  readonly tellStray?: (error: unknown, worker: WorkerHandle) => void;
}

interface Member {
  readonly name: string;
  handle: WorkerHandle | undefined;
  /** It has booted: what ends it from now on is of its tasks. */
  isReady: boolean;
  chunk: Chunk | undefined;
  run: RunNumber;
  /** It ends for that. */
  broken?: { readonly error: unknown };
  /** Stops it if it does not leave. */
  lastResort?: NodeJS.Timeout;
  /** Calls whose function it has. */
  readonly knows: Set<MapCall>;
}

const ENTRY = new URL("./pool-worker.js", import.meta.url).href;

/** The workers of one pool, from their start to the exit of the last. */
export class Crew implements ChunkRunner {
  /** Settled when the crew is dismissed and the last worker is gone. */
  readonly gone = new Deferred<void>();
  readonly #options: CrewOptions;
  readonly #dispatcher: Dispatcher<Chunk>;
  readonly #members = new Map<WorkerId, Member>();
  /** Functions of unfinished calls: packed once, sent once to each worker that runs a chunk of the call. */
  readonly #functions = new Map<MapCall, Packed>();
  /** In the order of decision: what carrying one out leads to comes after those that were decided before. */
  readonly #commands: Command<Chunk>[] = [];
  #dismissed = false;
  #grace = 0;
  #lastExit: { readonly worker: string; readonly exit: WorkerExit } | undefined;

  constructor(options: CrewOptions) {
    this.#options = options;
    this.#dispatcher = new Dispatcher(options.size);
  }

  /**
   * Starts all workers.
   * @throws what the factory throws if it can start none of them, or not all; those already started are stopped
   */
  start(): void {
    this.#carryOut(this.#dispatcher.opened());
    if (this.#lastExit === undefined) return;
    this.stop();
    throw this.#lastExit.exit.error;
  }

  /** Takes the function of a call, with what it captures, as it is now. @throws {PickleError} if it cannot travel */
  prepare(call: MapCall): void {
    const { destination } = this.#options.factory;
    this.#functions.set(call, settled(pack(call.fn, { to: destination, name: "fn" })));
  }

  pack(_call: MapCall, items: readonly unknown[]): Packed {
    const packed = pack(items, { to: this.#options.factory.destination, name: "items" });
    return items.every(isPrimitive) ? { ...packed, isLive: false } : packed;
  }

  submit(chunk: Chunk): void {
    this.#carryOut(this.#dispatcher.submitted(chunk));
    // No worker is free: what the program changes until one is shall not be seen.
    if (!chunk.isSent) chunk.items = settled(chunk.items);
  }

  withdraw(chunk: Chunk): void {
    this.#dispatcher.withdrawn(chunk);
  }

  cancel(chunk: Chunk): void {
    this.#carryOut(this.#dispatcher.cancelled(chunk));
  }

  /** The call is over: its function is not needed any more. */
  forget(call: MapCall): void {
    this.#functions.delete(call);
    for (const member of this.#members.values()) {
      if (member.knows.delete(call)) member.handle?.post({ kind: "forget", fn: call.id } satisfies Forget);
    }
  }

  /**
   * No more work will come: each worker ends when it has none.
   * @param grace milliseconds that it has to end by itself; then it is told to exit, and, after as many again, stopped
   */
  dismiss(grace: number): void {
    this.#dismissed = true;
    this.#grace = grace;
    this.#carryOut(this.#dispatcher.closed());
    this.#checkGone();
  }

  /** Stops every worker at once. */
  stop(): void {
    this.#dismissed = true;
    this.#carryOut(this.#dispatcher.terminated());
    this.#checkGone();
  }

  #carryOut(commands: Command<Chunk>[]): void {
    const first = this.#commands.length === 0;
    this.#commands.push(...commands);
    // Otherwise the loop below is running further up the stack, and comes to them.
    if (!first) return;
    for (const command of this.#commands) this.#do(command);
    this.#commands.length = 0;
  }

  #do(command: Command<Chunk>): void {
    if (command.do === "start-worker") this.#start(command.worker);
    else if (command.do === "send") this.#send(command.worker, command.task);
    else if (command.do === "stop-worker") void this.#members.get(command.worker)?.handle?.terminate();
    else if (command.do === "let-go") this.#letGo(this.#members.get(command.worker));
    else command.task.call.cancel(command.task.call.site.giveTo(this.#lost(command.because)));
  }

  #letGo(member: Member | undefined): void {
    const grace = this.#grace;
    const handle = member?.handle;
    if (grace === 0) void handle?.terminate();
    else handle?.post({ kind: "leave", grace } satisfies Leave);
    // Whoever waits for the end keeps the program alive.
    if (member !== undefined && 2 * grace <= LONGEST_TIMER)
      member.lastResort = setTimer(() => void handle?.terminate(), 2 * grace).unref();
  }

  #start(id: WorkerId): void {
    const { factory, nameWorker } = this.#options;
    const name = nameWorker(id);
    const member: Member = { name, handle: undefined, isReady: false, chunk: undefined, run: 0, knows: new Set() };
    this.#members.set(id, member);
    try {
      member.handle = factory.start({
        entry: ENTRY,
        data: { destination: factory.destination } satisfies PoolWorkerData,
        name,
        daemon: true,
        onMessage: (message) => this.#onMessage(id, member, message as FromWorker),
        onExit: (exit) => this.#onExit(id, member, { ...exit, ...member.broken }),
      });
      member.handle.unref();
    } catch (error) {
      // A worker that cannot even be created is one that died at once.
      this.#onExit(id, member, { exitcode: null, error });
    }
  }

  #send(id: WorkerId, chunk: Chunk): void {
    const member = this.#members.get(id);
    const fn = this.#functions.get(chunk.call);
    if (member?.handle === undefined) return;
    if (fn === undefined) {
      // The call has ended since the decision.
      this.#carryOut(this.#dispatcher.settled(id));
      return;
    }
    const { body, transfer } = chunk.items;
    const run: Run = { kind: "run", run: ++member.run, fn: chunk.call.id, spread: chunk.call.spread, items: body };
    try {
      if (member.knows.has(chunk.call)) member.handle.post(run, transfer);
      else member.handle.post({ ...run, define: { body: fn.body } } satisfies Run, [...fn.transfer, ...transfer]);
      member.knows.add(chunk.call);
      member.chunk = chunk;
      chunk.isSent = true;
    } catch (error) {
      this.#carryOut(this.#dispatcher.settled(id));
      chunk.call.cancel(error);
    }
  }

  #onMessage(id: WorkerId, member: Member, message: FromWorker): void {
    if (message.kind === "ready") {
      member.isReady = true;
      this.#carryOut(this.#dispatcher.workerReady(id));
      return;
    }
    if (message.kind === "broken") {
      member.broken = { error: fromWire(message.error, member.chunk?.call.site) };
      return;
    }
    const { chunk } = member;
    if (message.run !== member.run) return; // the answer to what nobody waits for any more
    member.chunk = undefined;
    // First the next chunk, then the results: the worker need not wait until they are unpacked.
    this.#carryOut(this.#dispatcher.settled(id));
    if (chunk !== undefined && !chunk.call.result.settled) chunk.call.inContext(() => deliver(chunk, message));
  }

  #onExit(id: WorkerId, member: Member, exit: WorkerExit): void {
    this.#members.delete(id);
    clearTimer(member.lastResort);
    this.#lastExit = { worker: member.name, exit };
    this.#carryOut(this.#dispatcher.workerGone(id));
    const { handle, isReady, chunk } = member;
    const isBySignal = (exit.exitcode ?? 0) < 0; // somebody wanted that
    if (exit.error !== undefined && !isBySignal && handle !== undefined && isReady && chunk === undefined)
      this.#options.tellStray?.(exit.error, handle);
    this.#checkGone();
  }

  #checkGone(): void {
    if (this.#dismissed && this.#members.size === 0) this.gone.resolve();
  }

  #lost(because: Failure): WorkerLostError {
    const { worker = "", exit = undefined } = this.#lastExit ?? {};
    const exitcode = exit?.exitcode ?? null;
    const ended = `"${worker}" ${exitInWords({ exitcode })}`;
    const message =
      because === "worker-lost"
        ? `Worker ${ended} before it answered`
        : `Cannot start a worker: ${MOST_FRUITLESS} in a row ended before they did anything; the last, ${ended}`;
    return new WorkerLostError(message, worker, exitcode, exit?.error === undefined ? {} : { cause: exit.error });
  }
}

function isPrimitive(item: unknown): boolean {
  return item === null || (typeof item !== "object" && typeof item !== "function");
}

function deliver(chunk: Chunk, answer: Exclude<FromWorker, { kind: "ready" | "broken" }>): void {
  if (answer.kind === "failed") {
    chunk.call.chunkFailed(chunk, fromWire(answer.error, chunk.call.site));
    return;
  }
  let results: unknown[];
  try {
    results = unpack(answer.results);
  } catch (error) {
    chunk.call.chunkFailed(chunk, error);
    return;
  }
  chunk.call.chunkDone(chunk, results);
}
