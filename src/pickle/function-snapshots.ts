/**
 * Functions as they are at this moment, packed for one destination. A function of which nothing has changed since it was
 * taken last is not packed again. How that is known, from what costs nothing to what costs as much as packing:
 *
 *   nothing captured, or only what cannot change    own properties and data are compared by identity
 *   variables that are assigned to somewhere        they are read again, by the inspector
 *   another closure from the same place             its variables are read and compared
 *   what hides what it holds (private fields, ...)  packed anew
 */

import type { Destination } from "./destination.js";
import { lostMutationLevel } from "./encode/function/lost-mutation.js";
import { Watch, type WatchedFunction } from "./encode/watch.js";
import { hookCount } from "./hooks.js";
import type { AnyFunction } from "./live/function-facts.js";
import { batch, type FunctionView, openInspector } from "./live/inspector.js";
import { readVariable, scopeOf } from "./live/scopes.js";
import { type Captured, isWorthParsing, unsteady } from "./live/steady.js";
import { type Packed, pack, settled } from "./pickle.js";

/** Texts of which the latest function is remembered. */
const MOST_TEXTS = 4096;

export class FunctionSnapshots {
  readonly #to: Destination;
  readonly #snapshots = new WeakMap<AnyFunction, Snapshot>();
  readonly #latest = new Map<string, WeakRef<Snapshot>>();

  constructor(to: Destination) {
    this.#to = to;
  }

  /**
   * @param name how error messages call the function
   * @returns the function with what it captures as it is now; the same object as before if that would be packed the same
   * @throws {PickleError} if it cannot travel
   */
  take(fn: AnyFunction, name: string): Packed {
    const known = this.#snapshots.get(fn);
    if (known?.isCurrent() === true) return known.packed;
    const text = textOf(fn);
    const snapshot = known === undefined ? this.#latest.get(text)?.deref()?.of(fn) : undefined;
    if (snapshot === undefined) return this.#pack(fn, name, text);
    this.#keep(fn, snapshot, text);
    return snapshot.packed;
  }

  #pack(fn: AnyFunction, name: string, text: string): Packed {
    this.#snapshots.delete(fn);
    const watch = new Watch(fn, this.#to);
    const packed = settled(pack(fn, { to: this.#to, name, watch }));
    if (watch.tells && packed.transfer.length === 0) this.#keep(fn, new Snapshot(fn, packed, watch), text);
    return packed;
  }

  #keep(fn: AnyFunction, snapshot: Snapshot, text: string): void {
    this.#snapshots.set(fn, snapshot);
    if (!snapshot.mayServeOthers) return;
    if (this.#latest.size >= MOST_TEXTS) this.#latest.clear();
    this.#latest.set(text, new WeakRef(snapshot));
  }
}

/** For parts that load the pickler when they first need it: what they have of it then are functions. */
export function functionSnapshots(to: Destination): FunctionSnapshots {
  return new FunctionSnapshots(to);
}

function textOf(fn: AnyFunction): string {
  return Function.prototype.toString.call(fn);
}

/** A packed function, and what tells whether it is still that. */
class Snapshot {
  readonly packed: Packed;
  readonly #fn: AnyFunction;
  readonly #watch: Watch;
  readonly #level = lostMutationLevel();
  readonly #hooks = hookCount();
  /** Functions of which a variable may change. */
  #open: Variables[];

  constructor(fn: AnyFunction, packed: Packed, watch: Watch) {
    this.packed = packed;
    this.#fn = fn;
    this.#watch = watch;
    const all = watch.ofRoot === undefined ? watch.others : [{ ...watch.ofRoot, fn }, ...watch.others];
    this.#open = all
      .filter(({ captured, facts }) => captured.length > 0 && facts.script !== undefined)
      .map(variablesOf);
  }

  /** Whether a closure from the same place that holds the same would be packed the same. */
  get mayServeOthers(): boolean {
    return this.#watch.isSingle;
  }

  isCurrent(): boolean {
    return this.#isAs(this.#fn) && this.#holdSame();
  }

  /** @returns the snapshot of `fn`, if that is another closure from the same place, and is packed the same */
  of(fn: AnyFunction): Snapshot | undefined {
    const { ofRoot, isSingle } = this.#watch;
    const inspector = openInspector();
    if (ofRoot === undefined || !isSingle || inspector instanceof Error || !this.#isAs(fn)) return undefined;
    const isSame = batch(() => {
      const view = inspector.inspectFunction(fn);
      return isSamePlace(ofRoot.location, view.location) && ofRoot.captured.every((each) => isHeld(each, view));
    });
    return isSame ? new Snapshot(fn, this.packed, this.#watch) : undefined;
  }

  #isAs(fn: AnyFunction): boolean {
    if (this.#level !== lostMutationLevel() || this.#hooks !== hookCount()) return false;
    const { isLikeRoot, objects } = this.#watch;
    if (isLikeRoot?.(fn) === false) return false;
    for (const isAsBefore of objects) if (!isAsBefore()) return false;
    return true;
  }

  #holdSame(): boolean {
    if (this.#open.length === 0) return true;
    const isSame = batch(() => this.#open.every((each) => each.holdSame()));
    this.#open = this.#open.filter((each) => !each.areSteady);
    return isSame;
  }
}

const variablesOf = (watched: WatchedFunction): Variables => new Variables(watched);

/** The variables around one function. */
class Variables {
  readonly #of: WatchedFunction;
  #left: readonly Captured[];
  #readings = 0;
  #isParsed = false;

  constructor(watched: WatchedFunction) {
    this.#of = watched;
    this.#left = watched.captured;
  }

  /** None of them can change. */
  get areSteady(): boolean {
    return this.#left.length === 0;
  }

  holdSame(): boolean {
    const { fn, facts, location } = this.#of;
    const inspector = openInspector();
    if (inspector instanceof Error || location === undefined) return false;
    if (!this.#isParsed && isWorthParsing(facts, location, ++this.#readings)) {
      this.#isParsed = true;
      this.#left = unsteady(inspector, facts, location, this.#left);
    }
    if (this.areSteady) return true;
    const view = inspector.inspectFunction(fn);
    return this.#left.every((each) => isHeld(each, view));
  }
}

function isHeld({ name, value, isGlobal }: Captured, { scopes }: FunctionView): boolean {
  const scope = scopeOf(name, scopes);
  if (scope === undefined || isGlobal) return isGlobal && scope === undefined;
  const { value: now, unready } = readVariable(scope.variables, name);
  return unready === undefined && Object.is(now, value);
}

function isSamePlace(one: FunctionView["location"], other: FunctionView["location"]): boolean {
  if (one === undefined || other === undefined || one.scriptId !== other.scriptId) return false;
  return one.lineNumber === other.lineNumber && one.columnNumber === other.columnNumber;
}
