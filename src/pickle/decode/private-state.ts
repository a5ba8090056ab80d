/**
 * Gives rebuilt objects their private fields. Only the constructor of a class can install them, and only code inside the
 * class can write them:
 *
 *   rebuilt class    its text was edited by the sender: the stamp makes constructors install and do nothing else
 *   native class     it was loaded or defined here: the constructor is stopped at its entry (see lexical-this.ts), where
 *                    its fields are installed; the writers are made there too
 *
 * Fields of a derived class are installed on whatever its parent constructor returns, so that for a moment is a
 * function that returns the object.
 */
import { PickleError } from "../errors.js";
import type { PrivateWriters } from "../function/names.js";
import { stopAtEntry } from "../function/stop-at-entry.js";
import type { Entry, PrivateState } from "../packet.js";
import type { AnyClass } from "../registry.js";
import { stamp } from "./rebuild.js";

type Value = (entry: Entry) => unknown;

/** @returns an object with all private fields of `states` installed; `shell` makes it where no base class does */
export function installPrivate(
  states: readonly PrivateState[],
  value: Value,
  proto: object | null,
  shell: () => object,
): object {
  const [base] = states;
  const made = base === undefined || base.derived ? shell() : constructBase(base, value(base.cls) as AnyClass);
  const before = new Set(Reflect.ownKeys(made));
  for (const state of states) if (state.derived) constructDerived(state, value(state.cls) as AnyClass, made);
  // Constructors define public fields too; those of the original come later.
  for (const key of Reflect.ownKeys(made))
    if (base?.derived === false || !before.has(key)) Reflect.deleteProperty(made, key);
  if (Object.getPrototypeOf(made) !== proto) Object.setPrototypeOf(made, proto);
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
  const construct = (): object => Reflect.construct(cls, []) as object;
  if (stamp.writers.has(cls)) return stamped(construct);
  return state.explicit ? (stopAtEntry(cls, construct, "this") as object) : construct();
}

function constructDerived(state: PrivateState, cls: AnyClass, object: object): void {
  const isRebuilt = stamp.writers.has(cls);
  if (!isRebuilt && state.explicit) {
    const problem = `Cannot receive an object of class ${cls.name}: only its constructor can install its private fields`;
    throw new PickleError(
      `${problem}, and running that would repeat what it does. Register the class with reduce and revive`,
    );
  }
  const parent = Object.getPrototypeOf(cls) as object | null;
  // It must be usable as a constructor: no arrow function.
  Object.setPrototypeOf(cls, function returnObject() {
    return object;
  });
  const construct = (): object => Reflect.construct(cls, []) as object;
  try {
    if (isRebuilt) stamped(construct);
    else construct();
  } finally {
    Object.setPrototypeOf(cls, parent);
  }
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

/** Any function of the class will do: at its entry the private names are in scope. */
function makeWriters(cls: AnyClass, names: readonly string[]): PrivateWriters {
  const expression = `({ ${names.map((name) => `"${name}": (o, v) => { o.${name} = v; }`).join(", ")} })`;
  for (const fn of functionsOf(cls)) {
    const call = fn === cls ? () => Reflect.construct(cls, []) : () => Reflect.apply(fn, undefined, []);
    const writers = stopAtEntry(fn, call, expression) as PrivateWriters | undefined;
    if (writers !== undefined) return writers;
  }
  throw new PickleError(
    `Cannot receive an object of class ${cls.name}: its private fields cannot be written here. Register the class with reduce and revive`,
  );
}

/** Generators and async functions begin before their first instruction: ordinary ones only. */
function* functionsOf(cls: AnyClass): Generator<AnyClass> {
  const whole = Function.prototype.toString.call(cls);
  for (const holder of [cls.prototype, cls]) {
    for (const { value, get, set } of Object.values(Object.getOwnPropertyDescriptors(holder))) {
      for (const fn of [value, get, set]) {
        const isOwn = typeof fn === "function" && fn !== cls && fn.constructor === Function;
        if (isOwn && whole.includes(Function.prototype.toString.call(fn))) yield fn;
      }
    }
  }
  yield cls;
}
