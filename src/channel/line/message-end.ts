/**
 * The worker's end of a line of messages: runs tasks in the order they came, one after another.
 *
 *   task:   waiting ──▶ running ──▶ outcome posted
 *              └──give-back──▶ given back
 *
 * Between two tasks the event loop turns now and then, so that what the owner says is heard, and timers that tasks have left
 * fire; always after one that took long: what waits behind it may be wanted back.
 */
import type { Destination } from "../../pickle/destination.js";
import { prepare } from "../../pickle/pickle.js";
import { inWords } from "../../pickle/wire-error.js";
import { isAwaitable } from "../../platform/errors/synchronous.js";
import { millisecondsSinceBirth, setTurn } from "../../platform/waiting/timers.js";
import { Functions } from "./functions.js";
import type { Callable, FunctionId, LineEnd, LinePost, Runner } from "./line.js";
import { type FromEnd, type MessageInvitation, type TaskMessage, type ToEnd, Writing } from "./message-protocol.js";
import { Interruptible } from "./running.js";
import { read, writeResult } from "./writing.js";

/** Longest time without a turn of the event loop between tasks, in milliseconds. */
const LONGEST_STINT = 2;

export class MessageEnd implements LineEnd {
  readonly #post: LinePost["post"];
  readonly #to: Destination;
  readonly #runner: Runner;
  readonly #functions: Functions;
  #waiting: TaskMessage[] = [];
  #running: TaskMessage | undefined;
  #interruptible = new Interruptible();
  #isAtWork = false;

  constructor({ to }: MessageInvitation, post: LinePost["post"], runner: Runner) {
    this.#to = to;
    this.#post = post;
    this.#runner = runner;
    this.#functions = new Functions(runner);
  }

  get isRunning(): boolean {
    return this.#running !== undefined;
  }

  heard(message: unknown): boolean {
    const said = message as ToEnd;
    if (said.line === "tasks") this.#take(said.tasks, said.define ?? []);
    else if (said.line === "interrupt") this.#interrupt(said.place);
    else if (said.line === "give-back") this.#giveBack();
    else if (said.line === "forget") this.#functions.forget(said.fn);
    else return false;
    return true;
  }

  #take(tasks: readonly TaskMessage[], definitions: readonly (readonly [FunctionId, unknown])[]): void {
    for (const [fn, body] of definitions) this.#functions.define(fn, body);
    this.#waiting.push(...tasks);
    if (!this.#isAtWork) void this.#work();
  }

  #interrupt(place: number): void {
    if (this.#running?.[0] === place) this.#interruptible.interrupt();
  }

  #giveBack(): void {
    const places = this.#waiting.map(([place]) => place);
    this.#waiting = [];
    this.#say({ line: "given-back", places });
  }

  async #work(): Promise<void> {
    this.#isAtWork = true;
    let begun = millisecondsSinceBirth();
    for (let task = this.#waiting.shift(); task !== undefined; task = this.#waiting.shift()) {
      this.#running = task;
      const run = this.#run(task, millisecondsSinceBirth());
      if (run !== undefined) await run;
      this.#running = undefined;
      if (this.#waiting.length === 0 || millisecondsSinceBirth() - begun < LONGEST_STINT) continue;
      await new Promise((resolve) => setTurn(resolve));
      begun = millisecondsSinceBirth();
    }
    this.#isAtWork = false;
    this.#runner.idle();
  }

  /** Nothing is awaited that need not be: a synchronous function answers in the turn that asks. */
  #run(task: TaskMessage, begun: number): Promise<void> | undefined {
    try {
      const value = this.#begin(task);
      if (isAwaitable(value)) return this.#finish(task, value, begun);
      this.#done(task, value, begun);
    } catch (error) {
      this.#fail(task, error, begun);
    }
    return undefined;
  }

  #begin([, fn, form, writing, payload]: TaskMessage): unknown {
    this.#interruptible = new Interruptible();
    const call = (callable: Callable): unknown =>
      this.#runner.call(callable, form, read(writing, payload), this.#interruptible);
    const prepared = (callable: Callable): unknown => {
      const ready = writing === Writing.PACKED ? prepare(payload) : undefined;
      return ready === undefined ? call(callable) : ready.then(() => call(callable));
    };
    // One after the other: Node refuses to load a module that is being loaded, and both may be of the same one.
    const found = this.#functions.find(fn);
    return typeof found === "function" ? prepared(found) : found.then(prepared);
  }

  async #finish(task: TaskMessage, result: PromiseLike<unknown>, begun: number): Promise<void> {
    try {
      this.#done(task, await result, begun);
    } catch (error) {
      this.#fail(task, error, begun);
    }
  }

  #done([place, , form]: TaskMessage, result: unknown, begun: number): void {
    const { writing, body, transfer } = writeResult(result, form, this.#to);
    this.#post({ line: "done", place, writing, value: body, ran: since(begun) } satisfies FromEnd, transfer);
  }

  #fail([place]: TaskMessage, error: unknown, begun: number): void {
    const ran = since(begun);
    try {
      this.#say({ line: "failed", place, error: this.#runner.toWire(error), ran });
    } catch {
      // The packed error could not be posted; its words can.
      this.#say({ line: "failed", place, error: inWords(error), ran });
    }
  }

  #say(message: FromEnd): void {
    this.#post(message);
  }
}

function since(begun: number): number {
  return millisecondsSinceBirth() - begun;
}
