/**
 * Gives rebuilt objects their private fields. Only the constructor of a class can install them, and only code inside the
 * class can write them:
 *
 *   rebuilt class    its text was edited by the sender: the stamp makes constructors install and do nothing else
 *   native class     it was loaded or defined here: its constructor is stopped (see stop-at.ts) as soon as the fields are
 *                    installed, at its entry or after `super()`; the writers are made inside it too
 *
 * Fields of a derived class are installed on whatever its parent constructor returns, so that for a moment is a
 * function that returns the object.
 */
import { nameOf } from "../../platform/words/name-of.js";
import { keysButItems } from "../builtins/named-keys.js";
import { PickleError } from "../errors.js";
import type { PrivateWriters } from "../factory-names.js";
import { anyArguments } from "../live/any-argument.js";
import { evaluateInClass } from "../live/evaluate-in-class.js";
import { textOf } from "../live/function-facts.js";
import { stopAt } from "../live/stop-at.js";
import { placeIn } from "../live/stop-at-entry.js";
import type { Entry, PrivateState } from "../packet.js";
import type { AnyClass } from "../registry.js";
import { analyze } from "../text/analyze.js";
import { effectiveField } from "./initialisers.js";
import { stamp } from "./rebuild.js";

type Value = (entry: Entry) => unknown;

/** @returns an object with all private fields of `states` installed; `shell` makes it where no base class does */
export function installPrivate(
  states: readonly PrivateState[],
  value: Value,
  proto: object | null,
  shell: () => object,
): object {
  const classes = states.map(({ cls }) => value(cls) as AnyClass);
  const made = classes.every(Object.isExtensible)
    ? installEach(states, classes, shell)
    : constructWhole(states, classes);
  if (Object.getPrototypeOf(made) !== proto) Object.setPrototypeOf(made, proto);
  return made;
}

function installEach(states: readonly PrivateState[], classes: readonly AnyClass[], shell: () => object): object {
  const [base] = states;
  const isWhole = base?.derived === false;
  const made = isWhole ? constructBase(base, classes[0] as AnyClass) : shell();
  const before = new Set(isWhole ? [] : keysButItems(made));
  for (const [i, state] of states.entries()) if (state.derived) constructDerived(state, classes[i] as AnyClass, made);
  dropFields(made, before);
  return made;
}

/** Constructors define public fields too; those of the original come later. */
function dropFields(made: object, before: ReadonlySet<PropertyKey>): void {
  for (const key of keysButItems(made)) if (!before.has(key)) Reflect.deleteProperty(made, key);
}

/** A frozen class keeps its parent: all constructors run in one go, which none of the user's may notice. */
function constructWhole(states: readonly PrivateState[], classes: readonly AnyClass[]): object {
  const last = classes.at(-1) as AnyClass;
  if (states[0]?.derived !== false) throw notInstallable(last);
  for (let cls: AnyClass | null = last; cls !== Function.prototype; cls = Object.getPrototypeOf(cls)) {
    if (cls === null) break;
    if (stamp.writers.has(cls)) continue;
    if (analyze(textOf(cls)).shape?.constructorBody !== undefined) throw notInstallable(last);
    refuseInitialisers(cls);
  }
  const made = attempt(last, () => stamped(() => Reflect.construct(last, []) as object));
  dropFields(made, new Set());
  return made;
}

/** Writes the values, once everything is built. */
export function writePrivate(object: object, states: readonly PrivateState[], value: Value): void {
  for (const { cls, values } of states) {
    if (values.length === 0) continue;
    const writers = writersOf(
      value(cls) as AnyClass,
      values.map(([name]) => name),
    );
    for (const [name, entry] of values) writers[name]?.(object, value(entry));
  }
}

function constructBase(state: PrivateState, cls: AnyClass): object {
  if (stamp.writers.has(cls)) return stamped(() => Reflect.construct(cls, []) as object);
  refuseInitialisers(cls);
  const construct = (): object => Reflect.construct(cls, anyArguments()) as object;
  if (!state.explicit) return attempt(cls, construct);
  const shape = analyze(textOf(cls)).shape;
  // With defaults, what the engine takes for the entry may lie in one of them.
  const isPlain = shape?.constructorParameters?.simple !== false;
  const place = isPlain ? cls : placeIn(cls, textOf(cls), shape?.constructorBody);
  const made = place && shape?.takesAnything ? stopAt(place, construct, "this") : undefined;
  if (made === undefined) throw notInstallable(cls);
  return made as object;
}

function constructDerived(state: PrivateState, cls: AnyClass, object: object): void {
  const isRebuilt = stamp.writers.has(cls);
  if (!isRebuilt) refuseInitialisers(cls);
  const parent = Object.getPrototypeOf(cls) as object | null;
  // It must be usable as a constructor: no arrow function.
  Object.setPrototypeOf(cls, function returnObject() {
    return object;
  });
  const construct = (): object => Reflect.construct(cls, isRebuilt ? [] : anyArguments()) as object;
  try {
    if (isRebuilt) stamped(construct);
    else if (state.explicit) runToSuper(cls, construct);
    else attempt(cls, construct);
  } finally {
    Object.setPrototypeOf(cls, parent);
  }
}

/** Runs a constructor of the user's up to the return of `super()`, which has installed the fields then. */
function runToSuper(cls: AnyClass, construct: () => object): void {
  const next = analyze(textOf(cls)).shape?.afterSuper;
  if (next === null) {
    attempt(cls, construct);
    return;
  }
  const place = placeIn(cls, textOf(cls), next);
  if (place === undefined || stopAt(place, construct, "true") !== true) throw notInstallable(cls);
}

function refuseInitialisers(cls: AnyClass): void {
  const field = effectiveField(cls);
  if (field === undefined) return;
  const problem = `Cannot receive an object of class ${nameOf(cls)}: its private fields come with running its field initialisers`;
  throw new PickleError(
    `${problem}, and that of ${field} may have an effect. Register the class with reduce and revive`,
  );
}

function attempt(cls: AnyClass, construct: () => object): object {
  try {
    return construct();
  } catch (cause) {
    throw notInstallable(cls, { cause });
  }
}

function notInstallable(cls: AnyClass, options?: ErrorOptions): PickleError {
  const problem = `Cannot receive an object of class ${nameOf(cls)}: only its constructor can install its private fields`;
  const remedy = "and running that would repeat what it does. Register the class with reduce and revive";
  return new PickleError(`${problem}, ${remedy}`, "", options);
}

function stamped(construct: () => object): object {
  stamp.on = true;
  try {
    return construct();
  } finally {
    stamp.on = false;
  }
}

function writersOf(cls: AnyClass, names: readonly string[]): PrivateWriters {
  let writers = stamp.writers.get(cls) ?? nativeWriters.get(cls);
  if (writers === undefined) {
    writers = makeWriters(cls, names);
    nativeWriters.set(cls, writers);
  }
  return writers;
}

const nativeWriters = new WeakMap<object, PrivateWriters>();

function makeWriters(cls: AnyClass, names: readonly string[]): PrivateWriters {
  const expression = `({ ${names.map((name) => `"${name}": (o, v) => { o.${name} = v; }`).join(", ")} })`;
  const writers = evaluateInClass(cls, expression) as PrivateWriters | undefined;
  if (writers !== undefined) return writers;
  throw new PickleError(
    `Cannot receive an object of class ${nameOf(cls)}: its private fields cannot be written here. Register the class with reduce and revive`,
  );
}
