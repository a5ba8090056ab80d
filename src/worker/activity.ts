/**
 * What Thread and Process have in common: a function or an overridden `run`, carried out once by a worker.
 *
 *   initial ──start──▶ started ──▶ over          the outcome: returned | threw | unsendable | (none: the worker is lost)
 *
 * Name and daemon may be changed while initial. An activity has two lives: its maker's object, and the copy that the
 * worker rebuilds and runs.
 */

import { unpack } from "../pickle/pickle.js";
import { fromWire, type WireError } from "../pickle/wire-error.js";
import { checkFunction, checkOptions, describe, type Wait, wrongType } from "../platform/arguments.js";
import { CallSite } from "../platform/call-site.js";
import { RuntimeError, TimeoutError, WorkerLostError } from "../platform/errors.js";
import { applyChanges } from "./field-changes.js";
import type { WorkerExit } from "./worker.js";

/** What a worker tells about the activity it ran. */
export type ActivityMessage =
  | { readonly kind: "returned"; readonly body: unknown }
  | { readonly kind: "threw"; readonly error: WireError; readonly reported: boolean }
  /** It returned something that cannot travel; the error says what. */
  | { readonly kind: "unsendable"; readonly error: WireError }
  /** Fields of its own object that `run` has changed; sent before the outcome. */
  | { readonly kind: "fields"; readonly body: unknown }
  /** Nothing it started keeps the program alive any more. */
  | { readonly kind: "released" }
  /** Something that it started keeps the program alive, or none does any more. */
  | { readonly kind: "holds"; readonly holds: boolean };

/** How it ended. */
type Outcome = Exclude<ActivityMessage, { kind: "released" | "holds" | "fields" }>;

/** What is known about an activity by anybody. */
export interface ActivityOptions {
  readonly target?: ((...args: never[]) => unknown) | undefined;
  readonly args?: readonly unknown[] | undefined;
  readonly name?: string | undefined;
  readonly daemon?: boolean | undefined;
}

/** How the kind of worker shows in messages and names. */
export interface ActivityKind {
  readonly noun: "thread" | "process";
  readonly className: string;
  /** Options of the constructor besides those of every activity. */
  readonly options: readonly string[];
}

export abstract class Activity<R> {
  readonly #kind: ActivityKind;
  readonly #target: ((...args: never[]) => R) | undefined;
  readonly #args: readonly unknown[];
  #name: string;
  #daemon: boolean;
  #started = false;
  #site: CallSite | undefined;
  #outcome: Outcome | undefined;
  #value: { ok: true; value: unknown } | { ok: false; error: unknown } | undefined;
  #exit: WorkerExit | undefined;

  protected constructor(
    kind: ActivityKind,
    options: ActivityOptions,
    makeName: (target: string) => string,
    defaultDaemon: () => boolean,
  ) {
    checkActivity(kind, options);
    this.#kind = kind;
    this.#target = options.target as ((...args: never[]) => R) | undefined;
    this.#args = options.args ?? [];
    this.#name = options.name || makeName(this.#target?.name ?? "");
    this.#daemon = options.daemon ?? defaultDaemon();
  }

  /** Writable until started. */
  get name(): string {
    return this.#name;
  }
  set name(name: string) {
    this.#refuseIfStarted("name");
    if (typeof name !== "string") throw wrongType(`${this.#kind.className}: name`, "a string", name);
    this.#name = name;
  }

  /** A daemon does not keep the program alive: it ends with it. Writable until started. */
  get daemon(): boolean {
    return this.#daemon;
  }
  set daemon(daemon: boolean) {
    this.#refuseIfStarted("daemon");
    if (typeof daemon !== "boolean") throw wrongType(`${this.#kind.className}: daemon`, "true or false", daemon);
    this.#daemon = daemon;
  }

  /**
   * What the worker does: calls `target` with `args`. A subclass may override it. It runs on a copy of the object;
   * fields that it sets, changes inside or deletes are so in this object, too, before `join` resolves, if they can travel.
   *
   * A field that holds plain data is replaced only if the data has changed, one that holds a function or a shared object
   * (a Lock, a Value) only if it holds another one. Of other objects (of a class, or data that holds functions) changes
   * cannot be told: such a field always gets the copy.
   */
  run(): R {
    return this.#target?.(...(this.#args as never[])) as R;
  }

  /** Waits until `run` is over. */
  abstract join(wait?: Wait): Promise<boolean>;

  /**
   * Waits for what `run` returned.
   *
   * @returns a copy of it
   * @throws whatever `run` threw, with its class, own properties and both stacks
   * @throws {TimeoutError} if it was not over in time
   * @throws {WorkerLostError} if the worker ended without an answer
   * @throws {PickleError} if what `run` returned cannot travel
   */
  async result(wait?: Wait): Promise<Awaited<ReturnType<this["run"]>>> {
    if (!(await this.join(wait))) throw this.timedOut(wait?.timeout);
    return this.outcome() as Awaited<ReturnType<this["run"]>>;
  }

  /** The state that the worker's copy is made from. */
  protected get departing(): Required<Pick<ActivityOptions, "name" | "daemon">> & ActivityOptions {
    return { target: this.#target, args: this.#args, name: this.#name, daemon: this.#daemon };
  }

  protected get isStarted(): boolean {
    return this.#started;
  }

  /** @param caller the method that the user called @throws {RuntimeError} at the second call */
  protected begin(caller: () => unknown, start: () => void): void {
    if (this.#started) throw new RuntimeError(`Cannot start ${this.label}: it was started before; make a new one`);
    this.#started = true;
    this.#site = new CallSite(caller);
    try {
      start();
    } catch (error) {
      this.#started = false;
      throw error;
    }
  }

  /** The copy in the worker: it runs already. */
  protected markStarted(): void {
    this.#started = true;
  }

  protected get label(): string {
    return `${this.#kind.noun} ${JSON.stringify(this.#name)}`;
  }

  /** @throws {RuntimeError} if there is nothing to wait for yet */
  protected checkStarted(action: string): void {
    if (!this.#started)
      throw new RuntimeError(`Cannot ${action} ${this.label}: it has not been started; call start() first`);
  }

  protected timedOut(timeout: number | undefined): TimeoutError {
    return new TimeoutError(`No result of ${this.label}: it was not over within ${timeout} ms`);
  }

  /** Takes note of what the worker says. */
  protected heard(message: Outcome | { kind: "fields"; body: unknown }): void {
    if (message.kind === "fields") this.#takeFields(message.body);
    else this.#outcome = message;
  }

  /** An object that the user has frozen, say, cannot take them: `result` tells. */
  #takeFields(body: unknown): void {
    try {
      applyChanges(this, unpack(body));
    } catch (error) {
      this.#value = { ok: false, error };
    }
  }

  protected lost(exit: WorkerExit): void {
    this.#exit = exit;
  }

  /** Lets go of what `run` returned or threw. */
  protected forgetOutcome(): void {
    this.#outcome = undefined;
    this.#value = undefined;
  }

  /** True once the worker has said how `run` ended. */
  protected get isAnswered(): boolean {
    return this.#outcome !== undefined;
  }

  /** @returns what `run` returned, or throws what it threw; rebuilt once, at the first call */
  protected outcome(): unknown {
    this.#value ??= this.#rebuild();
    if (!this.#value.ok) throw this.#value.error;
    return this.#value.value;
  }

  /** @returns what `run` threw */
  protected failure(): unknown {
    this.#value ??= this.#rebuild();
    return this.#value.ok ? undefined : this.#value.error;
  }

  #rebuild(): { ok: true; value: unknown } | { ok: false; error: unknown } {
    const outcome = this.#outcome;
    if (outcome === undefined) return { ok: false, error: this.#noAnswer() };
    try {
      if (outcome.kind === "returned") return { ok: true, value: unpack(outcome.body) };
      return { ok: false, error: fromWire(outcome.error, this.#site, `${this.label} was started from`) };
    } catch (error) {
      return { ok: false, error };
    }
  }

  #noAnswer(): WorkerLostError {
    const exitcode = this.#exit?.exitcode ?? null;
    const how =
      exitcode === null
        ? "ended"
        : exitcode < 0
          ? `was killed by signal ${-exitcode}`
          : `ended with exit code ${exitcode}`;
    const cause = this.#exit?.error;
    const options = cause === undefined ? undefined : { cause };
    return new WorkerLostError(
      `No result of ${this.label}: it ${how} before run() was over`,
      this.#name,
      exitcode,
      options,
    );
  }

  #refuseIfStarted(property: string): void {
    if (this.#started) throw new RuntimeError(`Cannot set ${property} of ${this.label}: it has been started`);
  }
}

function checkActivity(kind: ActivityKind, options: ActivityOptions): void {
  const { noun, className } = kind;
  checkOptions(className, options, ["target", "args", "name", "daemon", ...kind.options]);
  const { target, args, name, daemon } = options;
  if (target !== undefined) checkFunction(`${className}: target`, target);
  if (args !== undefined && !Array.isArray(args)) {
    throw wrongType(`${className}: args`, `an array of arguments such as [${describe(args)}]`, args);
  }
  if (args !== undefined && args.length > 0 && target === undefined) {
    throw new TypeError(`${className}: args need a target: a ${noun} without target runs its own run()`);
  }
  if (name !== undefined && typeof name !== "string") throw wrongType(`${className}: name`, "a string", name);
  if (daemon !== undefined && typeof daemon !== "boolean")
    throw wrongType(`${className}: daemon`, "true or false", daemon);
}
