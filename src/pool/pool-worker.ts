/**
 * What runs inside a worker of a pool: prepares it, then runs the tasks that its line brings, until it is let go or terminated.
 *
 *   initializer ──▶ ready ──▶ tasks ──leave──▶ when the last is done: nothing holds the event loop any more
 *        └──fails──▶ unfit: it waits until it is stopped
 */

import type { LineEnd, LinePost } from "../channel/line/line.js";
import { MessageEnd } from "../channel/line/message-end.js";
import type { MessageInvitation } from "../channel/line/message-protocol.js";
import { SlotEnd } from "../channel/line/slot-end.js";
import type { Invitation } from "../channel/line/slot-messages.js";
import { processRealm } from "../memory/process-realm.js";
import { prepare, unpack } from "../pickle/pickle.js";
import { toWire } from "../pickle/wire-error.js";
import { LONGEST_TIMER } from "../platform/waiting/clock.js";
import { setTimer } from "../platform/waiting/timers.js";
import { watchErrorOutput } from "../worker/line-output.js";
import { onUncaught } from "../worker/uncaught.js";
import type { WorkerContext } from "../worker/worker.js";
import { MemoryWatch } from "./memory-watch.js";
import type { FromWorker, Leave, PoolWorkerData } from "./protocol.js";
import { TaskRunner } from "./task-runner.js";

/** Milliseconds that a worker without work has to leave, when whoever started it is gone. */
const LAST_GRACE = 700;

/** Bytes of one output to stderr that are told. */
const MOST_TOLD = 4096;

/** Entry of the worker. */
export function main(context: WorkerContext, data: unknown): void {
  const worker = new PoolWorker(context, data as PoolWorkerData);
  onUncaught((error) => worker.break(error));
  context.onOrphaned?.(() => worker.onOrphaned());
  context.onMessage((message) => worker.onMessage(message as Leave));
  context.ref();
  watchErrorOutput((chunk) => worker.onErrorOutput(chunk));
  void worker.prepare();
}

class PoolWorker {
  readonly #context: WorkerContext;
  readonly #data: PoolWorkerData;
  readonly #end: LineEnd;
  readonly #memory: MemoryWatch;
  #leaveWithin: number | undefined;

  constructor(context: WorkerContext, data: PoolWorkerData) {
    const { destination, invitation, maxMemory } = data;
    this.#context = context;
    this.#data = data;
    this.#memory = new MemoryWatch(destination, maxMemory);
    const runner = new TaskRunner(destination, () => this.#onIdle());
    this.#end = endFor(invitation, (...said) => context.post(...said), runner);
  }

  async prepare(): Promise<void> {
    const { initializer } = this.#data;
    try {
      if (initializer !== undefined) await initialize(initializer);
      this.#say({ kind: "ready" });
    } catch (error) {
      this.#say({ kind: "unfit", error: toWire(error, this.#data.destination) });
    }
  }

  onMessage(message: Leave): void {
    if (this.#end.heard(message)) return;
    this.#leaveWithin = message.grace;
    if (!this.#end.isRunning) this.#leave(message.grace);
  }

  onErrorOutput(chunk: Buffer): void {
    this.#say({ kind: "stderr", text: chunk.subarray(-MOST_TOLD).toString() });
  }

  onOrphaned(): void {
    if (this.#end.isRunning) process.exit();
    else this.#leave(LAST_GRACE);
  }

  /** An error beside a task ends the worker, as anywhere in Node. What becomes of it is known where the tasks are. */
  break(error: unknown): void {
    this.#say({ kind: "broken", error: toWire(error, this.#data.destination) });
    void this.#context.flush().then(() => process.exit(1));
  }

  #onIdle(): void {
    if (this.#memory.isOver()) this.#say({ kind: "worn-out" });
    if (this.#leaveWithin !== undefined) this.#leave(this.#leaveWithin);
  }

  /** What tasks have left in the event loop is done, such as what streams still have to write, and then nothing holds it. */
  #leave(grace: number): void {
    this.#context.unref();
    if (grace <= LONGEST_TIMER) setTimer(() => process.exit(), grace).unref();
  }

  #say(message: FromWorker): void {
    this.#context.post(message);
  }
}

/** @returns the worker's end of the line that has invited it */
function endFor(invitation: unknown, post: LinePost["post"], runner: TaskRunner): LineEnd {
  const { kind } = invitation as Invitation | MessageInvitation;
  if (kind === "slots") return new SlotEnd(processRealm(), invitation as Invitation, runner, post);
  return new MessageEnd(invitation as MessageInvitation, post, runner);
}

async function initialize(body: unknown): Promise<void> {
  await prepare(body);
  const { fn, args } = unpack<{ fn: (...args: unknown[]) => unknown; args: unknown[] }>(body);
  await fn(...args);
}
