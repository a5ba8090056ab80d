/**
 * The tree of scopes that cancellation runs down. Every task has one; timeouts, groups and shields add more.
 *
 *   live ──cancel(), here or above──▶ cancelled           for good: every later wait in it is refused too
 *    └──────────── close() ─────────▶ out of the tree      what its strands still do is their own affair
 *
 * Invariant: below a cancelled scope every open scope is cancelled, down to the first shield.
 *
 * Cancellation is a level, not an edge: it is not used up by the wait it ends. JavaScript has no BaseException, so any
 * `catch {}` stops a CancelledError; and a task may wait in several places at once (`Promise.all`). Delivering once
 * would lose the cancellation in both cases.
 *
 * One cancellation, one error object: all waits it ends reject with it, as with `AbortSignal.reason`. Its stack shows
 * who cancelled, and cancelling 100,000 waits makes one stack, not 100,000.
 *
 * Source: N. J. Smith, "Timeouts and cancellation for humans" (2018), and Trio.
 */
import { setMaxListeners } from "node:events";
import { Subscribers } from "../future/subscribers.js";
import { CancelledError } from "../platform/errors/errors.js";
import { type CancelSource, setCancelSourceProvider } from "../platform/waiting/cancellation.js";
import { type Context, currentContext, runInContext } from "../platform/waiting/context.js";
import type { Runner } from "./runner.js";
import type { Task } from "./task.js";

/** What a scope does not take over from its parent. */
export interface ScopeOptions {
  /** The task whose scope this is. */
  task?: Task<unknown>;
  /** The runner whose root this is. */
  runner?: Runner;
  /** Keeps the cancellation of the parent out. */
  shield?: boolean;
}

export class Scope implements CancelSource, Context {
  readonly parent: Scope | undefined;
  /** The task that the code in this scope belongs to. */
  readonly task: Task<unknown> | undefined;
  /** Where tasks go that are created here without a group. */
  readonly runner: Runner;
  readonly lockOwner: object | undefined;
  readonly computing: Context["computing"];
  #children: Set<Scope> | undefined;
  #subscribers: Subscribers<CancelledError> | undefined;
  #error: CancelledError | undefined;
  #cancelCalled = false;
  #shield: boolean;
  #abort: AbortController | undefined;

  constructor(parent: Scope | undefined, { task, runner, shield = false }: ScopeOptions = {}) {
    this.parent = parent;
    this.task = task ?? parent?.task;
    // The root of all is made by the process's own runner, which hands itself in: one of the two is there.
    this.runner = (runner ?? parent?.runner)!;
    const context = currentContext();
    this.lockOwner = task ?? context?.lockOwner;
    this.computing = context?.computing;
    this.#shield = shield;
    if (parent === undefined) return;
    parent.#children ??= new Set();
    parent.#children.add(this);
    if (!shield) this.#error = parent.#error;
  }

  get cancelSource(): this {
    return this;
  }

  /** True once `cancel()` was called on this very scope. */
  get cancelCalled(): boolean {
    return this.#cancelCalled;
  }

  get cancelled(): boolean {
    return this.#error !== undefined;
  }

  /** True if the cancellation of an outer scope reaches in here: then it is not this scope's to absorb. */
  get cancelledFromAbove(): boolean {
    return !this.#shield && this.parent !== undefined && this.parent.cancelled;
  }

  get shield(): boolean {
    return this.#shield;
  }

  /** Taking the shield away lets a cancellation that waits outside come in at once. */
  set shield(shield: boolean) {
    this.#shield = shield;
    if (this.cancelledFromAbove) this.#spread(this.parent!.error());
  }

  get children(): Iterable<Scope> {
    return this.#children ?? [];
  }

  /** Aborted when the scope is cancelled; made when first asked for. */
  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      const abort = new AbortController();
      setMaxListeners(0, abort.signal);
      if (this.#error !== undefined) abort.abort(this.#error);
      else this.subscribe((error) => abort.abort(error));
      this.#abort = abort;
    }
    return this.#abort.signal;
  }

  error(): CancelledError {
    return this.#error ?? new CancelledError();
  }

  subscribe(onCancel: (error: CancelledError) => void): () => void {
    if (this.#error !== undefined) return () => {};
    this.#subscribers ??= new Subscribers();
    return this.#subscribers.add(onCancel);
  }

  /** @returns false if it was called before: the first reason stays */
  cancel(reason?: unknown): boolean {
    if (this.#cancelCalled) return false;
    this.#cancelCalled = true;
    if (this.#error === undefined) this.#spread(cancellation(reason));
    return true;
  }

  /** Takes the scope out of the tree. */
  close(): void {
    if (this.parent !== undefined) this.parent.#children?.delete(this);
  }

  run<T>(body: () => T): T {
    return runInContext(this, body);
  }

  /** A loop, not a recursion: scopes may nest deeper than the stack. Marks all before it tells any: listeners of an
   *  AbortSignal are the user's code, which may ask, create and cancel. */
  #spread(error: CancelledError): void {
    if (this.#error !== undefined) return;
    this.#error = error;
    const reached: Scope[] = [this];
    for (let next = 0; next < reached.length; next++) {
      for (const child of reached[next]!.children) {
        if (child.#shield || child.#error !== undefined) continue;
        child.#error = error;
        reached.push(child);
      }
    }
    for (const scope of reached) scope.#subscribers?.notify(error);
  }
}

function cancellation(reason: unknown): CancelledError {
  const message = typeof reason === "string" ? `cancelled: ${reason}` : "cancelled";
  return new CancelledError(message, reason instanceof Error ? { reason, cause: reason } : { reason });
}

/** @returns the scope that the calling code runs in, or undefined outside of any task and scope */
export function currentScope(): Scope | undefined {
  const source = currentContext()?.cancelSource;
  return source instanceof Scope ? source : undefined;
}

/** A wait that ends before it begins. Nobody need look at it: the strand may have been left alone on purpose. */
export function refused(scope: Scope): Promise<never> {
  const refusal = Promise.reject(scope.error());
  refusal.catch(() => {});
  return refusal;
}

setCancelSourceProvider(currentScope);
