/**
 * What Thread and Process have in common: a function or an overridden `run`, carried out once by a worker.
 *
 *   initial ──start──▶ started ──▶ over          how it ended, and who is told: ending.ts
 *
 * Name and daemon may be changed while initial. An activity has two lives: its maker's object, and the copy that the
 * worker rebuilds and runs.
 */
import { unpack } from "../pickle/pickle.js";
import { checkFunction, checkOptions, describe, type Wait, wrongType } from "../platform/errors/arguments.js";
import { RuntimeError, typeError } from "../platform/errors/errors.js";
import { CallSite } from "../platform/stacks/call-site.js";
import { nameOf } from "../platform/words/name-of.js";
import { showAs } from "../platform/words/shown.js";
import { visible } from "../platform/words/user-text.js";
import { type Ended, Ending, type Outcome } from "./ending.js";
import { applyChanges } from "./field-changes.js";
import { refuseSecondRun } from "./second-run.js";

/** What a worker tells about the activity it ran. */
export type ActivityMessage =
  | Outcome
  /** Fields of its own object that `run` has changed; sent before the outcome. */
  | { readonly kind: "fields"; readonly body: unknown }
  /** Nothing it started keeps the program alive any more. */
  | { readonly kind: "released" }
  /** Something that it started keeps the program alive, or none does any more. */
  | { readonly kind: "holds"; readonly holds: boolean };

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
  /** Whether somebody wants to hear at once of failures that nobody waits for. */
  isHeard(): boolean;
  /** Makes one known. @returns true if it was only printed */
  tell(error: unknown, activity: Activity<unknown>): boolean;
}

export abstract class Activity<R> {
  static {
    showAs<Activity<unknown>>(Activity, {
      isMade: (activity) => #ending in activity,
      look: (activity) => ({ state: activity.describe() }),
      hides: ["interval", "finished"],
    });
  }

  readonly #kind: ActivityKind;
  readonly #target: ((...args: never[]) => R) | undefined;
  readonly #args: readonly unknown[];
  #name: string;
  #daemon: boolean;
  #started = false;
  #site: CallSite | undefined;
  readonly #ending: Ending;

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
    this.#ending = new Ending(this.#asEnded());
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
    const leave = this.ending.take();
    let over = false;
    try {
      over = await this.join(wait);
    } finally {
      leave(over);
    }
    return this.ending.delivered(over, wait?.timeout) as Awaited<ReturnType<this["run"]>>;
  }

  /** Its name and state, for people. @internal */
  protected abstract describe(): string;

  /** The state that the worker's copy is made from. */
  protected get departing(): Required<Pick<ActivityOptions, "name" | "daemon">> & ActivityOptions {
    return { target: this.#target, args: this.#args, name: this.#name, daemon: this.#daemon };
  }

  /** How it ended, and who is told. */
  protected get ending(): Ending {
    return this.#ending;
  }

  protected get isStarted(): boolean {
    return this.#started;
  }

  /** @param caller the method that the user called @throws {RuntimeError} at the second call */
  protected begin(caller: () => unknown, start: () => void): void {
    if (this.#started) throw new RuntimeError(`Cannot start ${this.label}: it was started before; make a new one`);
    refuseSecondRun(this.label);
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
    return `${this.#kind.noun} ${visible(JSON.stringify(this.#name))}`;
  }

  /** @throws {RuntimeError} if there is nothing to wait for yet */
  protected checkStarted(action: string): void {
    if (!this.#started)
      throw new RuntimeError(`Cannot ${action} ${this.label}: it has not been started; call start() first`);
  }

  /** As `result`. @param join blocks until it is over, or the time is up */
  protected deliverSync(join: () => boolean, timeout: number | undefined): unknown {
    const leave = this.ending.take();
    let over = false;
    try {
      over = join();
    } finally {
      leave(over);
    }
    return this.ending.delivered(over, timeout);
  }

  /** Takes note of what the worker says. */
  protected heard(message: Outcome | { kind: "fields"; body: unknown }): void {
    if (message.kind === "fields") this.#takeFields(message.body);
    else this.ending.heard(message);
  }

  /** An object that the user has frozen, say, cannot take them: `result` tells. */
  #takeFields(body: unknown): void {
    try {
      applyChanges(this, unpack(body));
    } catch (error) {
      this.ending.refuse(error);
    }
  }

  #asEnded(): Ended {
    const activity = this;
    const kind = this.#kind;
    return {
      get name() {
        return activity.#name;
      },
      get label() {
        return activity.label;
      },
      get site() {
        return activity.#site;
      },
      isHeard: () => kind.isHeard(),
      tell: (error) => kind.tell(error, this),
    };
  }

  #refuseIfStarted(property: string): void {
    if (this.#started) throw new RuntimeError(`Cannot set ${property} of ${this.label}: it has been started`);
  }
}

function checkActivity(kind: ActivityKind, options: ActivityOptions): void {
  const { noun, className } = kind;
  const got: unknown = options;
  if (typeof got === "function") {
    const remedy = `write new ${className}({ target: ${nameOf(got) || "() => ..."} })`;
    throw typeError(`${className}: options must be an object, got ${describe(got)}; ${remedy}`);
  }
  checkOptions(className, options, ["target", "args", "name", "daemon", ...kind.options]);
  const { target, args, name, daemon } = options;
  if (target !== undefined) checkFunction(`${className}: target`, target);
  if (args !== undefined && !Array.isArray(args)) {
    throw wrongType(`${className}: args`, `an array of arguments such as [${describe(args)}]`, args);
  }
  if (args !== undefined && args.length > 0 && target === undefined) {
    throw typeError(`${className}: args need a target: a ${noun} without target runs its own run()`);
  }
  if (name !== undefined && typeof name !== "string") throw wrongType(`${className}: name`, "a string", name);
  if (daemon !== undefined && typeof daemon !== "boolean")
    throw wrongType(`${className}: daemon`, "true or false", daemon);
}
